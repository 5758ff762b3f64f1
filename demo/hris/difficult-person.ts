import { addDays } from './calendar.ts'
import { DIFFICULT_PEOPLE, type DifficultPerson } from './difficult.ts'
import { mailbox } from './names.ts'
import { idAt, ordinaryPerson } from './ordinary.ts'
import type { Person, PersonPatch } from './person.ts'
import { EMAIL_DOMAIN, findOffice, OFFICES } from './workplace.ts'

export type DifficultKey = keyof typeof DIFFICULT_PEOPLE

export const DIFFICULT_KEYS = Object.keys(DIFFICULT_PEOPLE) as readonly DifficultKey[]

export function difficultId(key: DifficultKey): string {
  return idAt(DIFFICULT_KEYS.indexOf(key))
}

/** An unremarkable colleague, active for a year or more, but for the one thing that is difficult. */
export function difficultPerson(key: DifficultKey, seed: number, day0: string): Person {
  const index = DIFFICULT_KEYS.indexOf(key)
  const plain = ordinaryPerson(seed, index, 0, day0)
  const difficult: DifficultPerson = DIFFICULT_PEOPLE[key]
  const values = difficult.values(day0)
  const office = findOffice(values.office ?? plain.office ?? '') ?? OFFICES[0]
  const box = mailbox(values.firstName, values.lastName)
  const startDate = addDays(day0, -400 - index)
  return {
    ...plain,
    displayName: `${values.firstName} ${values.lastName}`,
    legalFirstName: values.firstName,
    legalLastName: values.lastName,
    workEmail: `${box}@${EMAIL_DOMAIN}`,
    personalEmail: `${box}@mail.example`,
    homeCountry: office.country,
    legalEntity: office.legalEntity,
    employmentType: 'Permanent',
    startDate,
    originalStartDate: startDate,
    terminationDate: null,
    onLeave: false,
    managerId: null,
    probationEnds: null,
    ...values,
  }
}

/** What HR changes about the difficult people on the given day. */
export function difficultChangesOn(day: number, day0: string): { key: DifficultKey; patch: PersonPatch }[] {
  return DIFFICULT_KEYS.flatMap((key) => {
    const { later }: DifficultPerson = DIFFICULT_PEOPLE[key]
    const patch = later?.[day]?.(day0)
    return patch ? [{ key, patch }] : []
  })
}
