import { z } from 'zod'

const date = z.iso.date()
const text = z.string()

/** One employment record of the model company: what is true of them, in no vendor's words. */
export const personSchema = z.strictObject({
  id: text,
  employeeNumber: text.nullable(),
  firstName: text,
  lastName: text,
  displayName: text,
  legalFirstName: text.nullable(),
  legalLastName: text.nullable(),
  workEmail: text.nullable(),
  personalEmail: text.nullable(),
  workPhone: text.nullable(),
  workMobile: text.nullable(),
  personalPhone: text.nullable(),
  title: text.nullable(),
  department: text.nullable(),
  office: text.nullable(),
  homeCountry: text.nullable(),
  legalEntity: text.nullable(),
  employmentType: text.nullable(),
  startDate: date,
  originalStartDate: date,
  /** The last day of work: they are gone from the day after. */
  terminationDate: date.nullable(),
  onLeave: z.boolean(),
  /** What HR typed as the lifecycle when none of the usual four fits; otherwise it follows from the dates. */
  lifecycleText: text.nullable(),
  managerId: text.nullable(),
  tShirtSize: text.nullable(),
  costCentre: text.nullable(),
  badgeNumber: z.number().nullable(),
  worksFromHome: z.boolean().nullable(),
  probationEnds: date.nullable(),
})

export type Person = z.infer<typeof personSchema>
export type PersonPatch = Partial<Omit<Person, 'id'>>

// zod says "or undefined" of every optional key; JSON cannot, and our own callers are typed.
export const personPatchSchema = personSchema
  .omit({ id: true })
  .partial()
  .transform((patch) => patch as PersonPatch)

export function hasLeft(person: Person, today: string): boolean {
  return person.terminationDate !== null && person.terminationDate < today
}

export function lifecycleOf(person: Person, today: string): string {
  if (person.lifecycleText !== null) return person.lifecycleText
  if (hasLeft(person, today)) return 'terminated'
  if (person.startDate > today) return 'hired'
  return person.onLeave ? 'leave' : 'employed'
}
