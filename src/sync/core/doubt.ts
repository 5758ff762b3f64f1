import { type Employee, STANDARD_FIELD_KEYS, STANDARD_FIELDS, type StandardField } from '../../model.ts'

/** What a targeted read is compared with. */
export type KnownPerson = {
  /** As the cache has them; `null` for somebody new, or who could not be read. */
  before: Employee | null
  /** Standard fields that nobody came with in the last complete read. */
  mayMiss: readonly StandardField[]
  /** Ids of the custom fields that were asked for. */
  asked: readonly string[]
}

/**
 * Why a person who was read alone is not believed; `null` when they are. What is withheld or went blank may be the
 * beginning of a lost permission: only a complete read counts how many lost it, so only that may take it away.
 */
export function doubtAbout(now: Employee, { before, mayMiss, asked }: KnownPerson): string | null {
  const mayBeUnread = [...mayMiss, ...(before?.unread ?? [])]
  const withheld = now.unread.find((field) => !mayBeUnread.includes(field))
  if (withheld) return `${STANDARD_FIELDS[withheld].label} did not come with somebody.`
  if (before === null) return null
  const blank = STANDARD_FIELD_KEYS.find(
    (field) => before[field] !== null && now[field] === null && !now.unread.includes(field),
  )
  if (blank) return `${STANDARD_FIELDS[blank].label} of somebody went blank.`
  const missing = asked.some((id) => id in before.custom && !(id in now.custom))
  if (missing) return 'A custom field did not come with somebody.'
  const emptied = asked.some(
    (id) => (before.custom[id] ?? null) !== null && (now.custom[id] ?? null) === null,
  )
  return emptied ? 'A custom field of somebody went blank.' : null
}
