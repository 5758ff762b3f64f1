import { z } from 'zod'
import type { Company } from './company.ts'
import type { Fault } from './faults.ts'
import { employeeJson, type HumanReadable } from './hibob-employee.ts'
import { BOB_FIELDS, type BobField, CATEGORIES, DEFAULT_FIELD_IDS } from './hibob-fields.ts'
import { hasLeft, type Person } from './person.ts'
import { hashText } from './random.ts'
import type { Rehearsal } from './rehearsal.ts'

const MAX_FIELDS = 400

export const readSchema = z.object({
  fields: z.array(z.string()).max(MAX_FIELDS, `At most ${MAX_FIELDS} fields can be requested`).default([]),
  // Anything but the two known words counts as not sent.
  humanReadable: z.enum(['APPEND', 'REPLACE']).nullable().catch(null).default(null),
})

export const searchSchema = readSchema.extend({
  showInactive: z.boolean().default(false),
  filters: z
    .array(
      z.object({
        fieldPath: z.enum(['root.id', 'root.email'], 'Only root.id and root.email can be filtered by'),
        operator: z.literal('equals', 'The only supported operator is equals'),
        values: z.array(z.string()).min(1, 'The values of a filter cannot be empty'),
      }),
    )
    .max(1, 'Only one filter is supported')
    .default([]),
})

export type Search = z.infer<typeof searchSchema>

/** What the service user asked for and may see. The rest is left out without a word, as HiBob does. */
export function visibleFields(
  ids: readonly string[],
  rehearsal: Rehearsal,
  faults: readonly Fault[],
): BobField[] {
  const asked = new Set(ids.length === 0 ? DEFAULT_FIELD_IDS : ids)
  const vanished = new Set(faults.flatMap((fault) => (fault.kind === 'missing_field' ? [fault.field] : [])))
  return BOB_FIELDS.filter(
    ({ id, category }) => asked.has(id) && !vanished.has(id) && !rehearsal.isForbidden(category),
  )
}

export function seesNothing(rehearsal: Rehearsal): boolean {
  return rehearsal.isForbidden('all') || Object.keys(CATEGORIES).every(rehearsal.isForbidden)
}

/** The answer in pieces, so that it is never held whole. */
export function* searchAnswer(
  search: Search,
  rehearsal: Rehearsal,
  faults: readonly Fault[],
): Generator<string> {
  const company = rehearsal.company()
  const fields = visibleFields(search.fields, rehearsal, faults)
  const truncated = faults.find(({ kind }) => kind === 'truncated')
  yield '{"employees":['
  let separator = ''
  for (const person of chosenPeople(search, rehearsal, faults)) {
    yield separator + employeeText(person, fields, search.humanReadable, company)
    separator = ','
  }
  yield truncated ? `${separator}{"id":"33328` : ']}'
}

export function employeeText(
  person: Person,
  fields: readonly BobField[],
  mode: HumanReadable,
  company: Company,
): string {
  return JSON.stringify(employeeJson(person, fields, mode, company))
}

function chosenPeople(
  search: Search,
  rehearsal: Rehearsal,
  faults: readonly Fault[],
): IteratorObject<Person> {
  const company = rehearsal.company()
  const today = company.today()
  const showsLeavers = search.showInactive && !rehearsal.isForbidden('former people')
  let people = candidates(search, company).filter((person) => showsLeavers || !hasLeft(person, today))
  for (const fault of faults) {
    if (fault.kind === 'empty') people = people.take(0)
    if (fault.kind === 'shrink') people = people.filter(({ id }) => hashText(id) % 100 < fault.keepPercent)
    if (fault.kind === 'truncated')
      people = people.take(Math.floor((company.size() * fault.keepPercent) / 100))
  }
  return people
}

function candidates({ filters }: Search, company: Company): IteratorObject<Person> {
  const [filter] = filters
  if (!filter) return company.people()
  const values = new Set(filter.values)
  if (filter.fieldPath === 'root.email') {
    return company.people().filter(({ workEmail }) => workEmail !== null && values.has(workEmail))
  }
  return values
    .values()
    .map((id) => company.findById(id))
    .filter((person) => person !== undefined)
}
