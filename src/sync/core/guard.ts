import { z } from 'zod'
import type { Change } from './changes.ts'

/**
 * The brakes. A limit is `max(absolute, percent of those known)`: the absolute part keeps a company of
 * forty from being stopped by two changes, the percent part one of forty thousand by a hundred. The gravest come
 * first: of several that hold a plan the first one is told in full, and its number is typed.
 */
export const BRAKES = ['vanished', 'blanks', 'emails', 'names', 'statuses', 'endDates', 'created'] as const
export type Brake = (typeof BRAKES)[number]

const limit = z.object({ absolute: z.int().nonnegative(), percent: z.number().min(0).max(100) })
export type Limit = z.infer<typeof limit>
/** Every number that a company can set: the brakes, and how many may lose a field's value before it is held. */
export const LIMIT_KEYS = [...BRAKES, 'coverage'] as const
export type LimitKey = (typeof LIMIT_KEYS)[number]
export const limitsSchema = z.partialRecord(z.enum(LIMIT_KEYS), limit)
export type Limits = Readonly<Record<LimitKey, Limit>>

export const DEFAULT_LIMITS: Limits = {
  created: { absolute: 20, percent: 20 },
  emails: { absolute: 3, percent: 2 },
  names: { absolute: 5, percent: 3 },
  statuses: { absolute: 5, percent: 10 },
  endDates: { absolute: 5, percent: 10 },
  blanks: { absolute: 3, percent: 2 },
  vanished: { absolute: 5, percent: 10 },
  coverage: { absolute: 3, percent: 20 },
}

/** How many people a plan would touch in each way that has a brake. */
export type Touched = Record<Brake, number>
export const nothingTouched = (): Touched => ({
  created: 0,
  emails: 0,
  names: 0,
  statuses: 0,
  endDates: 0,
  blanks: 0,
  vanished: 0,
})

/** Adds one change to the count; a person counts once for each brake, however many fields. */
export function countTouched(touched: Touched, change: Pick<Change, 'kind' | 'before' | 'after'>): void {
  if (change.kind === 'create') touched.created++
  if (change.kind === 'create' || Object.keys(change.after).length === 0) return
  const rewrites = (...fields: string[]) =>
    fields.some((field) => (change.before[field] ?? null) !== null && field in change.after)
  if (rewrites('workEmail', 'personalEmail')) touched.emails++
  if (rewrites('firstName', 'lastName')) touched.names++
  if (rewrites('status')) touched.statuses++
  if ('endDate' in change.after) touched.endDates++
  if (Object.values(change.after).includes(null)) touched.blanks++
}

/** Whom a plan is measured against. */
export type Measured = {
  /** Stakeholders who are linked to this connection, and those whom this plan matches for the first time. */
  known: number
  /** Stakeholders whom no connection is linked to and whom this plan matches with nobody. */
  unmatched: number
  /** Whether a sync of everybody, not of a choice, was ever applied for this connection. */
  syncedWhole: boolean
}

/** One brake that a plan runs into: `count` people of `of`, where `allowed` would have passed. */
const hold = z.object({
  brake: z.enum(BRAKES),
  count: z.int(),
  of: z.int(),
  allowed: z.int(),
  /** Only of a first sync that is held for creating: how many of the register may be created once more. */
  unmatched: z.int().optional(),
})
export type Hold = z.infer<typeof hold>
export const holdsSchema = z.array(hold)

/** Kept with a sync that a person let through although a brake held it. */
export const letThroughSchema = z.object({ typed: z.int().nullable(), holds: holdsSchema })

/**
 * All is measured against the known people, also in a first sync. Until everybody has been synced all are new, however
 * many were tried, and what counts of the created is who may be in the register already: as many as there are
 * stakeholders whom nobody in HR matches. These never raise the limit, or a larger register would release the brake.
 * @returns the brakes that hold, the gravest first
 */
export function holdsOf(touched: Touched, measured: Measured, limits: Limits): Hold[] {
  const { known, syncedWhole } = measured
  return BRAKES.flatMap((brake) => {
    if (brake === 'created' && !(syncedWhole && known > 0)) return firstHold(touched, measured, limits)
    const allowed = allowedBy(limits[brake], known)
    return touched[brake] > allowed ? [{ brake, count: touched[brake], of: known, allowed }] : []
  })
}

function firstHold({ created }: Touched, { known, unmatched }: Measured, limits: Limits): Hold[] {
  const allowed = allowedBy(limits.created, known)
  return Math.min(created, unmatched) > allowed
    ? [{ brake: 'created', count: created, of: known, allowed, unmatched }]
    : []
}

/**
 * The brakes that a choice of rows runs into, of those that hold its whole plan: fewer people never set another.
 * @param touched what the chosen rows alone touch
 */
export const holdsAmong = (holds: readonly Hold[], touched: Touched): Hold[] =>
  holds.flatMap((hold) =>
    touched[hold.brake] > hold.allowed ? [{ ...hold, count: touched[hold.brake] }] : [],
  )

/** 33.3 % of 3,000 comes out a hair below 999, and must not be rounded down to 998. */
const FLOAT_ERROR = 1e-9

export const allowedBy = ({ absolute, percent }: Limit, of: number): number =>
  Math.max(absolute, Math.floor((of * percent) / 100 + FLOAT_ERROR))

export type HoldWords = {
  what: string
  limit: string
  check: string
  /** What confirming writes of these people, and what it leaves as it is. */
  confirming: string
  /** For History: what somebody let through, without a full stop. */
  short: string
}

/** What would happen, which limit that passes, what to check and what confirming does, a sentence or two each. */
export function explainHold({ brake, count, of, allowed, unmatched }: Hold): HoldWords {
  const { what, check, confirming, short } = HOLD_WORDS[brake]
  return {
    what: unmatched === undefined ? what(count, of) : againWords(count, unmatched),
    limit: `Your limit is ${allowed}.`,
    check: unmatched === undefined ? check : 'Is the identifier the one that your register has?',
    confirming: `${confirming(count)}${unmatched === undefined ? '' : ` ${stayWords(unmatched)}`}`,
    short: count === 1 ? `1 ${short[0]}` : `${count} ${short[1]}`,
  }
}

const stakeholders = (count: number) => `${count} ${count === 1 ? 'stakeholder' : 'stakeholders'}`

function againWords(count: number, unmatched: number): string {
  const create = `This would create ${stakeholders(count)}`
  if (unmatched === 1)
    return `${create}, and 1 in your register matches nobody in HR: that may be the same person.`
  const same = count === 1 ? 'one of them may be the same person' : 'they may be the same people'
  return `${create}, and ${unmatched} in your register match nobody in HR: ${same}.`
}

const stayWords = (unmatched: number) =>
  unmatched === 1
    ? 'The one in your register who matches nobody stays as is.'
    : `The ${unmatched} in your register who match nobody stay as they are.`

const people = (count: number, of: number) => `${count} of ${of} ${of === 1 ? 'person' : 'people'}`
type Words = {
  what: (count: number, of: number) => string
  check: string
  confirming: (count: number) => string
  short: [one: string, many: string]
}
const HOLD_WORDS: Record<Brake, Words> = {
  created: {
    // Not "synced": of a first match nothing was written yet.
    what: (count, of) =>
      `This would create ${stakeholders(count)}; ${of} ${of === 1 ? 'other is' : 'others are'} linked or matched.`,
    check: 'Are your conditions still right, and is the identifier the one that your register has?',
    confirming: (count) => `Confirming creates ${count === 1 ? 'this stakeholder' : `all ${count}`}.`,
    short: ['new stakeholder', 'new stakeholders'],
  },
  emails: {
    what: (count, of) => `This would change the email of ${people(count, of)}.`,
    check: 'Usually that is a domain change or a wrong field. Is the email field in HR still the right one?',
    confirming: () => 'Confirming writes the new emails.',
    short: ['email change', 'email changes'],
  },
  names: {
    what: (count, of) => `This would change the name of ${people(count, of)}.`,
    check: 'Do the name fields in HR still hold legal names?',
    confirming: () => 'Confirming writes the new names.',
    short: ['name change', 'name changes'],
  },
  statuses: {
    what: (count, of) => `This would change the employment status of ${people(count, of)}.`,
    check: 'Was there a large change in HR, or does the status field mean something else now?',
    confirming: () => 'Confirming writes the new statuses. Nobody is deleted.',
    short: ['status change', 'status changes'],
  },
  endDates: {
    what: (count, of) => `This would change the end date of ${people(count, of)}.`,
    check: 'Do the end dates in HR look right?',
    confirming: () => 'Confirming writes the end dates as HR states them.',
    short: ['end date change', 'end date changes'],
  },
  blanks: {
    what: (count, of) => `This would empty fields of ${people(count, of)}.`,
    check: 'Did a field in HR lose its values, or the connection a permission?',
    confirming: () => 'Confirming empties these fields in the register.',
    short: ['person with emptied fields', 'people with emptied fields'],
  },
  vanished: {
    what: (count, of) => `${people(count, of)} ${count === 1 ? 'is' : 'are'} no longer in HR at all.`,
    check: 'Can the connection still see everybody, including people who left?',
    confirming: (count) =>
      `Confirming writes the other changes. ${count === 1 ? 'This person stays' : `These ${count} people stay`} in the register as they are.`,
    short: ['person missing from HR', 'people missing from HR'],
  },
}
