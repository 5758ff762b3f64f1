import { type ConflictReason, type Identifier, STANDARD_FIELDS } from '../../model.ts'
import { count, plural } from './words.view.ts'

/** The most frequent first; `identifier` is the one that the plan matches by. */
export type Conflicts = {
  identifier: Identifier
  reasons: readonly { reason: ConflictReason; people: number }[]
}

const MAX_REASONS = 3

const WORDS: Record<ConflictReason, (identifier: string) => string> = {
  no_identifier: () => 'no identifier',
  shared_identifier: (identifier) => `shared ${identifier}`,
  shared_stakeholder_identifier: (identifier) => `stakeholders with the same ${identifier}`,
  maybe_known: (identifier) => `perhaps in the register under another ${identifier}`,
  claimed: () => 'a stakeholder of somebody else',
  two_connections: () => 'a stakeholder of another HR system',
  link_disagrees: (identifier) => `the ${identifier} of another stakeholder`,
  unreadable: () => 'a record or field that could not be read',
  both_changed: () => 'changed in HR and in the register',
}

/** "need a look: shared work email, no identifier" */
export function conflictWords(people: number, conflicts: Conflicts | null): string {
  const words = `${plural(people, 'needs', 'need')} a look`
  return conflicts === null ? words : `${words}: ${reasonWords(conflicts)}`
}

/** Never "and 1 more reason": that one has room for its own name. */
function reasonWords({ identifier, reasons }: Conflicts): string {
  const label = STANDARD_FIELDS[identifier].label.toLowerCase()
  const shown = reasons.length > MAX_REASONS ? reasons.slice(0, MAX_REASONS - 1) : reasons
  const words = shown.map(({ reason }) => WORDS[reason](label)).join(', ')
  const rest = reasons.length - shown.length
  return rest === 0 ? words : `${words} and ${count(rest)} more reasons`
}
