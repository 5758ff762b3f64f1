import {
  type FieldChanges,
  type FieldValue,
  type PlanCounts,
  type PlanKind,
  STANDARD_FIELD_KEYS,
  STANDARD_FIELDS,
  STATUS_LABELS,
  STATUSES,
  type StandardField,
  type WORTH_A_LOOK,
} from '../../model.ts'
import { escapeText, mrkdwn, truncate } from '../blocks.ts'
import { bold, capitalised, listed, valueText } from './words.view.ts'

/** A plan as the screens need it. */
export type PlanSummary = {
  planId: string
  /** Hex; what Confirm carries. */
  hash: string
  /** "7f3a": what two people can compare by eye. */
  code: string
  counts: PlanCounts
  toApply: number
  retrievedAt: Date
}

/** One row of a plan. */
export type PlanRow = {
  ordinal: number
  recordId: string
  kind: PlanKind
  name: string
  fields: FieldChanges
  reasonText: string | null
}

export const KIND_LABELS: Record<PlanKind, string> = {
  create: 'To create',
  update: 'To update',
  left: 'To update because they left',
  returned: 'To update because they returned',
  link: 'Matched, nothing to write',
  conflict: 'Need a look',
  vanished: 'Missing from HR',
  out_of_conditions: 'Outside your conditions',
  skip: 'Left out',
  unchanged: 'Unchanged',
}

/** The kinds whose people can be opened, in the order in which they matter. An unchanged person has no row. */
export const OPENABLE_KINDS = [
  'create',
  'update',
  'left',
  'returned',
  'conflict',
  'out_of_conditions',
  'vanished',
  'skip',
  'link',
] as const satisfies PlanKind[]

/** Whoever left or returned is updated as well, and only named besides: so a number is the same on every screen. */
export const kindsOf = (kind: PlanKind): readonly PlanKind[] =>
  kind === 'update' ? ['update', 'left', 'returned'] : [kind]

export const countOf = (counts: PlanCounts, kind: PlanKind): number =>
  kindsOf(kind).reduce((sum, it) => sum + counts[it], 0)

/** Stakeholders that an approval rewrites; `link` remembers a match and rewrites nobody. */
export const rewritten = (counts: PlanCounts): number => countOf(counts, 'update')

/**
 * "*14* will be created, *3* updated, *2* need a look"; "everything is up to date", which takes somebody whom the
 * register has as HR says, and nobody who is missing from HR: otherwise there is merely nothing to sync.
 */
export function planNumbers(counts: PlanCounts): string {
  const { create, conflict, link } = counts
  const written = create + rewritten(counts)
  const writes = written + link > 0
  const parts = written > 0 ? [`${bold(create)} will be created`, `${bold(rewritten(counts))} updated`] : []
  if (link > 0) parts.push(`${bold(link)} matched`)
  if (conflict > 0) parts.push(`${bold(conflict)} ${conflict === 1 ? 'needs' : 'need'} a look`)
  if (parts.length === 0)
    return counts.unchanged > 0 && counts.vanished === 0 ? 'everything is up to date' : 'nothing to sync'
  return writes ? parts.join(', ') : `nothing to sync, ${parts.join(', ')}`
}

/** "Create 14 and update 3 stakeholders": what a confirm dialog asks, in its own plain text. */
export function whatSyncDoes({ create, update }: { create: number; update: number }): string {
  const parts = [...(create > 0 ? [`create ${create}`] : []), ...(update > 0 ? [`update ${update}`] : [])]
  if (parts.length === 0) return 'Remember the matches'
  const words = listed(parts)
  const noun = (update > 0 ? update : create) === 1 ? 'stakeholder' : 'stakeholders'
  return `${capitalised(words)} ${noun}`
}

export const fieldLabel = (key: string): string =>
  key in STANDARD_FIELDS ? STANDARD_FIELDS[key as StandardField].label : key.replace(/^custom:/, '')

/** The label where value after value is listed: on a telephone the two stand in one column. */
export const fieldHeading = (key: string) => mrkdwn(`*${escapeText(truncate(fieldLabel(key), 200))}*`)

/** A field's value in words; of a status, the product's own word for it. */
export function fieldText(key: string, value: FieldValue | null): string {
  const status = key === 'status' ? STATUSES.find((it) => it === value) : undefined
  return status === undefined ? valueText(value) : STATUS_LABELS[status]
}

/** In the order in which people read them; custom fields after the standard ones. */
export function inReadingOrder<Value>(fields: Readonly<Record<string, Value>>): [string, Value][] {
  const rank = (key: string) => {
    const at = STANDARD_FIELD_KEYS.indexOf(key as StandardField)
    return at === -1 ? STANDARD_FIELD_KEYS.length : at
  }
  return Object.entries(fields).toSorted(([a], [b]) => rank(a) - rank(b))
}

const LOOK_WORDS: Record<(typeof WORTH_A_LOOK)[number], string> = {
  firstName: 'a name changes',
  lastName: 'a name changes',
  preferredName: 'a name changes',
  workEmail: 'an email changes',
  personalEmail: 'an email changes',
  startDate: 'a start date changes',
  endDate: 'an end date changes',
}

export const worthALook = (key: string): string | null =>
  (LOOK_WORDS as Readonly<Record<string, string>>)[key] ?? null

/** The fields of a row that deserve the look, in words: "Last name", "End date 30 Nov 2026". */
export function lookWords({ fields }: PlanRow): string {
  const words = inReadingOrder(fields)
    .filter(([key]) => worthALook(key) !== null)
    .map(([key, { after }]) =>
      key === 'startDate' || key === 'endDate'
        ? `${fieldLabel(key).toLowerCase()} ${valueText(after)}`
        : fieldLabel(key).toLowerCase(),
    )
  return words.join(', ')
}

/** "Job title: Engineer → Senior Engineer" */
export const changeWords = (fields: FieldChanges): string[] =>
  inReadingOrder(fields).map(
    ([key, { before, after }]) => `${fieldLabel(key)}: ${fieldText(key, before)} → ${fieldText(key, after)}`,
  )

const INTRODUCES = ['workEmail', 'jobTitle', 'department', 'officeLocation'] as const

/** Who this is, for a list: email, job title, place, first day. */
export function introduction(fields: FieldChanges): string {
  const value = (key: string) => fields[key]?.after ?? null
  const known = INTRODUCES.map(value).filter((it) => it !== null)
  const start = value('startDate')
  return [...known.map(valueText), ...(start === null ? [] : [`start date ${valueText(start)}`])].join(' · ')
}

/** What would happen to this person, in one line of a list. */
export function rowWords(row: PlanRow): string {
  if (row.reasonText !== null) return row.reasonText
  if (row.kind === 'create') return introduction(row.fields)
  return changeWords(row.fields).join('; ')
}
