import type { ErrorCode } from '../errors.ts'
import {
  type FieldType,
  IDENTIFIERS,
  type Identifier,
  STANDARD_FIELD_KEYS,
  STANDARD_FIELDS,
  type StandardField,
  type Status,
} from '../model.ts'
import type { TenantCheck } from './tenant-check.ts'
import type { Tally } from './tenant-tally.ts'

/** What a check came to, for people and for machines. Holds counts, field names and the vendor's words for statuses. */
export type Findings = {
  provider: string
  label: string
  /** `failed`: a retrieval would have failed. `unusable`: it would not, but nothing could be synced from it. */
  verdict: 'usable' | 'unusable' | 'failed'
  problem: { code: ErrorCode; message: string; remedy: string | null } | null
  /** What is missing that nothing can be synced without, a sentence each. */
  needs: readonly string[]
  /** What is possible, and more often a setting that was forgotten. */
  remarks: readonly string[]
  people: {
    read: number
    expected: number | null
    byStatus: Readonly<Record<Status, number>>
    unknownWords: readonly { word: string; people: number }[]
    unreadable: readonly { problem: string; people: number }[]
    repeated: number
    sharing: Readonly<Record<Identifier, number>>
  }
  /** Empty where not everybody was read. */
  fields: readonly FieldFinding[]
  custom: {
    /** `provider`: from the vendor's metadata. `people`: it has none, so these are what people came with. */
    listedBy: 'provider' | 'people' | 'nobody'
    problem: string | null
    fields: readonly CustomFinding[]
  }
}

/**
 * `filled`: somebody has a value. `blank`: came, and nobody has one. `withheld`: came for nobody, and can be granted.
 * `absent`: this HR system has no such field here.
 */
export type FieldFinding = {
  field: StandardField
  label: string
  state: 'filled' | 'blank' | 'withheld' | 'absent'
  people: number
  /** Where to grant what is withheld. */
  grant: string | null
}

export type CustomFinding = {
  id: string
  label: string
  category: string | null
  type: FieldType | null
  /** `withheld`: listed, and came for nobody. */
  state: 'filled' | 'blank' | 'withheld'
  people: number
  /** Where to grant what is withheld. */
  grant: string | null
}

export function findingsOf(check: TenantCheck): Findings {
  const { provider, problem, read, tally } = check
  const fields = fieldFindings(check)
  const needs = read === null ? [] : missingNeeds(fields, tally)
  return {
    provider: provider.id,
    label: provider.label,
    verdict: problem !== null ? 'failed' : needs.length > 0 ? 'unusable' : 'usable',
    problem: problem && { code: problem.code, message: problem.message, remedy: problem.remedy },
    needs,
    remarks: read === null ? [] : remarksOn(provider.label, tally),
    people: {
      read: tally.people,
      expected: read?.expected ?? null,
      byStatus: tally.byStatus,
      unknownWords: byCount(tally.unknownWords).map(([word, people]) => ({ word, people })),
      unreadable: byCount(tally.unreadable).map(([words, people]) => ({ problem: words, people })),
      repeated: read?.repeated ?? 0,
      sharing: tally.sharing,
    },
    fields,
    custom: customFindings(check),
  }
}

function fieldFindings({ provider, probe, read, tally }: TenantCheck): FieldFinding[] {
  if (read === null) return []
  const { standard } = read.coverage
  return STANDARD_FIELD_KEYS.map((field) => {
    // Everybody has a status of ours; what came is the vendor's word for it.
    const people = field === 'status' ? tally.withStatusWord : standard[field]
    const isUnread = read.unreadFields.includes(field)
    // A probe names what can be granted, and leaves out what the vendor does not have.
    const isGrantable = probe?.unread.includes(field) === true
    const empty = isGrantable ? 'withheld' : isUnread ? 'absent' : 'blank'
    const state = people > 0 ? 'filled' : empty
    const grant = state === 'withheld' ? provider.whereToGrant(field) : null
    return { field, label: STANDARD_FIELDS[field].label, state, people, grant }
  })
}

/** Without these nobody can be matched, named or known to be employed. */
function missingNeeds(fields: readonly FieldFinding[], { byStatus, people }: Tally): string[] {
  const isFilled = (key: StandardField) =>
    fields.some(({ field, state }) => field === key && state === 'filled')
  const needs = (['firstName', 'lastName'] as const)
    .filter((key) => !isFilled(key))
    .map((key) => `${STANDARD_FIELDS[key].label} came for nobody.`)
  const unreadable = people - Object.values(byStatus).reduce((sum, count) => sum + count, 0)
  if (people - unreadable === byStatus.unknown)
    needs.push('Nobody has an employment status that Rollcall knows.')
  if (!IDENTIFIERS.some(isFilled)) {
    const labels = IDENTIFIERS.map((key) => STANDARD_FIELDS[key].label.toLowerCase())
    needs.push(`Nobody has anything to be matched by: ${labels.join(', ')}.`)
  }
  return needs
}

/** In a company of this size somebody has left, most likely. */
const SOMEBODY_LEFT_OF = 20

function remarksOn(label: string, { byStatus, people }: Tally): string[] {
  if (byStatus.left > 0 || people < SOMEBODY_LEFT_OF) return []
  return [`Nobody came who has left. Check in ${label} that these credentials may see former employees too.`]
}

function customFindings({ listing, provider, read, tally }: TenantCheck): Findings['custom'] {
  if (listing === null) return { listedBy: 'nobody', problem: null, fields: [] }
  if (listing.from === 'nowhere') {
    const problem = listing.problem?.message ?? 'The list of fields was empty.'
    return { listedBy: 'nobody', problem, fields: [] }
  }
  const delivered = read?.customRead ?? new Set<string>()
  const listed =
    listing.from === 'provider'
      ? listing.fields
      : [...delivered].map((id) => ({ id, label: id, category: null, type: null }))
  const fields = listed.map(({ id, label, category, type }): CustomFinding => {
    const people = tally.customFilled.get(id) ?? 0
    const state = people > 0 ? 'filled' : delivered.has(id) ? 'blank' : 'withheld'
    const grant = state === 'withheld' ? provider.whereToGrant({ label, category }) : null
    return { id, label, category, type, state, people, grant }
  })
  return { listedBy: listing.from, problem: null, fields: read === null ? [] : fields }
}

function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([, a], [, b]) => b - a)
}
