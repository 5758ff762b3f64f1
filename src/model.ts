import { z } from 'zod'

/**
 * The vocabulary. A value that HR knows to be empty is `null`. A field that HR did not let us read is
 * named in `Employee.unread`, so that "blank" and "not delivered" can never be confused.
 */

/** A calendar date, `YYYY-MM-DD`, from wire to register. Never a `Date`. */
export const calendarDate = z.iso.date()

export const STATUSES = ['active', 'onboarding', 'leave', 'left', 'unknown'] as const
export type Status = (typeof STATUSES)[number]
export const STATUS_LABELS: Record<Status, string> = {
  active: 'Active',
  onboarding: 'Not started yet',
  leave: 'On leave',
  left: 'Left',
  unknown: 'Unknown',
}

export type FieldType = 'text' | 'number' | 'date' | 'boolean' | 'choice' | 'list'

export const FIELD_TYPE_WORDS: Record<FieldType, string> = {
  text: 'text',
  number: 'number',
  date: 'date',
  boolean: 'yes or no',
  choice: 'one of a list',
  list: 'several of a list',
}

export type FieldValue = string | number | boolean | readonly string[]

/** Every standard field of an employee, in the order in which people read them. */
export const STANDARD_FIELDS = {
  firstName: { label: 'First name', type: 'text' },
  lastName: { label: 'Last name', type: 'text' },
  preferredName: { label: 'Preferred name', type: 'text' },
  workEmail: { label: 'Work email', type: 'text' },
  personalEmail: { label: 'Personal email', type: 'text' },
  employeeNumber: { label: 'Employee number', type: 'text' },
  phone: { label: 'Phone', type: 'text' },
  jobTitle: { label: 'Job title', type: 'text' },
  department: { label: 'Department', type: 'choice' },
  officeLocation: { label: 'Office location', type: 'choice' },
  country: { label: 'Country', type: 'choice' },
  legalEntity: { label: 'Legal entity', type: 'choice' },
  employmentType: { label: 'Employment type', type: 'choice' },
  status: { label: 'Employment status', type: 'choice' },
  startDate: { label: 'Start date', type: 'date' },
  endDate: { label: 'End date', type: 'date' },
} as const satisfies Record<string, { label: string; type: FieldType }>

export type StandardField = keyof typeof STANDARD_FIELDS
/** A field as alarms name it: a standard one, or `custom:` and the provider's own id. */
export type CoveredField = StandardField | `custom:${string}`
export const STANDARD_FIELD_KEYS = Object.keys(STANDARD_FIELDS) as StandardField[]
/** Fields that a person should see change before it is written. */
export const WORTH_A_LOOK = [
  'firstName', 'lastName', 'preferredName', 'workEmail', 'personalEmail', 'startDate', 'endDate',
] as const satisfies StandardField[] // biome-ignore format: one list reads better than seven lines

/** One person as an HR system states them now. First and last name are the legal ones. */
export const employeeSchema = z.strictObject({
  /** The provider's own id of this record: always text, so that 19-digit ids keep every digit. */
  recordId: z.string().min(1),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  preferredName: z.string().nullable(),
  workEmail: z.string().nullable(),
  personalEmail: z.string().nullable(),
  employeeNumber: z.string().nullable(),
  phone: z.string().nullable(),
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  officeLocation: z.string().nullable(),
  country: z.string().nullable(),
  legalEntity: z.string().nullable(),
  employmentType: z.string().nullable(),
  status: z.enum(STATUSES),
  /** The provider's own word for the status, kept so that `unknown` can be shown and understood. */
  statusText: z.string().nullable(),
  startDate: calendarDate.nullable(),
  endDate: calendarDate.nullable(),
  managerRecordId: z.string().nullable(),
  /** Values of custom fields by the provider's field id. */
  custom: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly(), z.null()]),
  ),
  /** Standard fields that were not delivered for this person: unknown, not blank. */
  unread: z.array(z.enum(STANDARD_FIELD_KEYS)).readonly(),
})
export type Employee = Readonly<z.infer<typeof employeeSchema>>

/** A row that did not parse is kept and shown, and blocks nobody else. */
export type ReadRow = { ok: true; employee: Employee } | { ok: false; recordId: string; problem: string }

export const IDENTIFIERS = ['workEmail', 'employeeNumber', 'personalEmail'] as const
export type Identifier = (typeof IDENTIFIERS)[number]
/** Within a sentence. */
export const identifierLabel = (identifier: Identifier): string =>
  STANDARD_FIELDS[identifier].label.toLowerCase()

/** What the register holds of one person: standard field or `custom:<key>` to value. Blank fields are absent. */
export type RegisterFields = Readonly<Record<string, FieldValue>>

/** Field by field: what stands now and what is to stand. `null` is "nothing there". */
export type FieldChange = { before: FieldValue | null; after: FieldValue | null }
export type FieldChanges = Readonly<Record<string, FieldChange>>

/** The values of some fields; `null` says that the field is empty. */
export type FieldValues = Readonly<Record<string, FieldValue | null>>

export const PLAN_KINDS = [
  'create',
  'update',
  'left', // left the company: gets the status and the date that HR states
  'returned', // had left, is back
  'link', // matched for the first time, nothing to write: the pair is remembered
  'conflict', // needs a look; nothing is done until a person decides
  'vanished', // missing from a complete retrieval; left alone
  'out_of_conditions', // linked, but no longer meets the conditions; left alone
  'skip', // nothing to do, with a reason
  'unchanged',
] as const
export type PlanKind = (typeof PLAN_KINDS)[number]
/** The kinds that a sync writes. */
export const APPLIED_KINDS = ['create', 'update', 'left', 'returned', 'link'] as const satisfies PlanKind[]
/** How many of each kind; `people` are in the cache, `meeting` of them meet the conditions. */
export type PlanCounts = Readonly<Record<PlanKind | 'people' | 'meeting', number>>

/** Why a person needs a look. */
export type ConflictReason =
  | 'no_identifier'
  | 'shared_identifier' // two records in HR have it
  | 'shared_stakeholder_identifier' // two stakeholders have it
  | 'maybe_known' // nobody has it, but a stakeholder of nobody has another identifier of theirs
  | 'claimed' // the matching stakeholder is linked to another record
  | 'link_disagrees' // linked to one stakeholder, the identifier matches another
  | 'unreadable'
  | 'both_changed' // HR and register both changed a field since the last sync
  | 'two_connections' // the matching stakeholder is linked to a record of another connection

/** Why nothing, or something special, is done for a person. */
export type ChangeReason =
  | ConflictReason
  | 'left_before' // left, and was never in the register
  | 'unknown_status'
  | 'left_outside_conditions' // or nobody can tell whether they meet them
  | 'ignored' // a person decided to leave them out
  | 'separate' // a person decided that this is somebody else than whoever has the identifier
  | 'superseded' // an earlier contract of somebody who goes on under a newer record

/**
 * Where an identifier is filled in with "none@acme.example" thousands have one. Whoever has it is told of about so many
 * others; with all of them a plan would grow with the square of that.
 */
export const MOST_TOLD = 20

/** Both sides of a conflict, for the person who decides. */
export type ConflictDetail = {
  records?: readonly { recordId: string; name: string }[]
  /** How many more there are, where they are too many to be named. */
  recordsBeyond?: number
  stakeholders?: readonly { stakeholderId: string; name: string }[]
  fields?: FieldChanges
}

/**
 * What became of one change. Of an undo: `reversed`, `removed` (somebody the sync had created), `restored`
 * (somebody an undo had removed), or `kept`. `skipped` and `kept` carry a reason.
 */
export type JournalOutcome =
  | 'created'
  | 'updated'
  | 'linked'
  | 'skipped'
  | 'reversed'
  | 'removed'
  | 'restored'
  | 'kept'
/** People, by what became of them. An undo counts `reversed` and `kept`, the others stay 0. */
export type SyncCounts = {
  created: number
  updated: number
  linked: number
  skipped: number
  reversed: number
  kept: number
}

/** Who caused something: stored with it, shown in History. */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slack'), userId: z.string() }),
  z.object({ kind: z.literal('schedule') }),
  z.object({ kind: z.literal('webhook'), provider: z.string() }),
  z.object({ kind: z.literal('api') }),
  z.object({ kind: z.literal('system') }),
])
export type Actor = Readonly<z.infer<typeof actorSchema>>

/** The name a person is shown by. */
export function personName(person: {
  firstName?: unknown
  lastName?: unknown
  preferredName?: unknown
}): string {
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '')
  const legal = [text(person.firstName), text(person.lastName)].filter(Boolean).join(' ')
  return text(person.preferredName) || legal || 'Unnamed person'
}

/** Initials for places where names are not shown: "Priya Raman" -> "P. R." */
export function maskedName(name: string): string {
  const initials = name
    .split(/\s+/u)
    .flatMap((word) => [...word].slice(0, 1))
    .filter((letter) => /\p{L}/u.test(letter))
  return initials.length === 0
    ? 'Somebody'
    : initials
        .slice(0, 3)
        .map((letter) => `${letter.toUpperCase()}.`)
        .join(' ')
}
