import type { FieldChange, FieldChanges, JournalOutcome } from '../../model.ts'
import { changeWords, fieldLabel, fieldText, introduction } from './plan.view.ts'

/** What one sync did to one person. */
export type JournalRow = {
  ordinal: number
  outcome: JournalOutcome
  reason: string | null
  name: string
  fields: FieldChanges
}

export const OUTCOME_WORDS: Record<JournalOutcome, string> = {
  created: 'Created',
  updated: 'Updated',
  linked: 'Matched, nothing was written',
  skipped: 'Left out',
  reversed: 'Values put back',
  removed: 'Taken out of the register again',
  restored: 'Put back into the register',
  kept: 'Kept',
}

/** What happened to this person, in one line of a list. */
export function journalWords(row: JournalRow): string {
  const reason = row.reason === null ? '' : ` (${reasonWords(row.reason)})`
  const what = `${OUTCOME_WORDS[row.outcome]}${reason}`
  const details = detailsOf(row)
  return details === '' ? what : `${what} · ${details}`
}

/** "edited since: Job title, Phone": the engine names fields by their keys. */
export function reasonWords(reason: string): string {
  const [, keys] = /^edited since: (.+)$/s.exec(reason) ?? []
  return keys === undefined ? reason : `edited since: ${keys.split(', ').map(fieldLabel).join(', ')}`
}

/** Field by field; of somebody who is new or gone, who they are. */
export function detailsOf({ outcome, fields }: Pick<JournalRow, 'outcome' | 'fields'>): string {
  switch (outcome) {
    case 'created':
    case 'restored':
      return introduction(fields)
    case 'removed':
      return introduction(Object.fromEntries(Object.entries(fields).map(([key, it]) => [key, turned(it)])))
    case 'updated':
    case 'reversed':
    case 'skipped':
      return changeWords(fields).join('; ')
    case 'linked':
    case 'kept':
      return ''
    default:
      return outcome satisfies never
  }
}

const turned = ({ before, after }: FieldChange): FieldChange => ({ before: after, after: before })

/** One field before and after; of somebody new, or taken out, only the value there is. */
export function fieldWords(row: JournalRow, key: string, { before, after }: FieldChange): string {
  if (row.outcome === 'created' || row.outcome === 'restored') return fieldText(key, after)
  if (row.outcome === 'removed') return fieldText(key, before)
  return `${fieldText(key, before)}  →  ${fieldText(key, after)}`
}
