import { hash } from 'node:crypto'
import { type KnownRecord, packEmployee } from '../db/cache.ts'
import type { StagedRow } from '../db/staged-rows.ts'
import type { Staging } from '../db/staging.ts'
import { RollcallError } from '../errors.ts'
import { type ReadRow, STANDARD_FIELD_KEYS, type StandardField } from '../model.ts'
import { type CoverageCount, countFilled, emptyCount } from './core/coverage.ts'
import { cleanText, normaliseEmployee } from './core/normalise.ts'
import type { CompleteRead, Page, Provider, RowContext } from './provider.ts'
import { createSeenIds, type SeenIds } from './seen-ids.ts'

/** All pages were read and staged. Whether to believe them is for `retrieve-guards.ts` to say. */
export type StagedRead = {
  /** Different records, unreadable ones among them. */
  people: number
  /** How many the provider says there are, where it does. */
  expected: number | null
  /** Records that came once more. */
  repeated: number
  unreadable: number
  /** Standard fields that came for nobody. */
  unreadFields: readonly StandardField[]
  /** Of the people in the cache, how many were in this read. */
  stillThere: number
  /** How many have a value, by standard field. */
  coverage: CoverageCount
  /** Ids of the custom fields that anybody came with, be it blank. */
  customRead: ReadonlySet<string>
  seen: SeenIds
  /** Rows that wait in the staging table, a repeated record as often as it came. */
  staged: { new: number; changed: number }
}

export type StagePages = {
  provider: Provider
  pages: AsyncGenerator<Page, CompleteRead, void>
  staging: Staging
  /** What the cache holds of these records. */
  findKnown: (recordIds: readonly string[]) => Promise<ReadonlyMap<string, KnownRecord>>
  onProgress: (peopleRead: number, peopleExpected: number | null) => void
}

/** Reads every page, and stages only what is new or changed. The next page is on its way while one is staged. */
export async function stagePages({
  provider,
  pages,
  staging,
  findKnown,
  onProgress,
}: StagePages): Promise<StagedRead> {
  const seen = createSeenIds()
  const coverage = emptyCount()
  const customRead = new Set<string>()
  const counts = { new: 0, changed: 0 }
  let seq = 0
  let repeated = 0
  let unreadable = 0
  let stillThere = 0
  let unreadFields: readonly StandardField[] | null = null

  async function stagePage({ rows, context }: Page): Promise<void> {
    const read = rows.map((raw, index) => readRow(provider, raw, context, `unreadable:${seq + index + 1}`))
    const finding = findKnown(read.map(recordIdOf))
    // Hashed while the database looks them up.
    const hashed = read.map((row) => ({ row, stored: toStored(row) }))
    const known = await finding
    const staged: StagedRow[] = []
    for (const { row, stored } of hashed) {
      const recordId = recordIdOf(row)
      const cached = known.get(recordId)
      const isFirst = seen.add(recordId)
      seq += 1
      if (!isFirst) repeated += 1
      if (row.ok && isFirst) countFilled(coverage, row.employee)
      if (row.ok) for (const id in row.employee.custom) customRead.add(id)
      if (!row.ok) unreadable += 1
      else if (unreadFields === null) unreadFields = row.employee.unread
      else if (unreadFields.length > 0)
        unreadFields = unreadFields.filter((field) => row.employee.unread.includes(field))
      if (isFirst && cached?.vanished === false) stillThere += 1
      // A record that came before may have been staged with other values: the last one counts, so stage it too.
      if (isFirst && cached?.vanished === false && cached.hash === stored.hash) continue
      counts[cached === undefined ? 'new' : 'changed'] += 1
      staged.push({ seq, recordId, isNew: cached === undefined, ...stored })
    }
    await staging.write(staged)
  }

  let coming = pages.next()
  for (;;) {
    const step = await coming
    if (step.done) {
      const { expected } = step.value
      const fields = unreadFields ?? STANDARD_FIELD_KEYS
      return {
        people: seen.size,
        expected,
        repeated,
        unreadable,
        unreadFields: fields,
        stillThere,
        coverage,
        customRead,
        seen,
        staged: counts,
      }
    }
    coming = pages.next()
    // Awaited a little later; until then its failure must not count as unhandled.
    coming.catch(() => undefined)
    await stagePage(step.value)
    onProgress(seen.size, step.value.expected)
  }
}

/** One row, whatever it is. What cannot be read is kept with its problem and blocks nobody else. */
export function readRow(provider: Provider, raw: unknown, context: RowContext, fallbackId: string): ReadRow {
  const recordId = cleanText(provider.recordIdOf(raw)) ?? fallbackId
  const unreadableBecause = (problem: string): ReadRow => ({ ok: false, recordId, problem })
  try {
    const parsed = provider.row.safeParse(raw)
    if (!parsed.success) return unreadableBecause(parsed.error.issues[0]?.message ?? UNREADABLE)
    const row = normaliseEmployee(provider.toEmployee(parsed.data, context))
    return row.ok ? row : unreadableBecause(row.problem)
  } catch (thrown) {
    return unreadableBecause(thrown instanceof RollcallError ? thrown.message : UNREADABLE)
  }
}

const UNREADABLE = 'This record has a form that we cannot read.'

function recordIdOf(row: ReadRow): string {
  return row.ok ? row.employee.recordId : row.recordId
}

type Stored = Pick<StagedRow, 'hash' | 'employee' | 'problem'>

/** Its stored text and the hash of that: a one-shot hash, as a stream for each person would cost twice as much. */
function toStored(row: ReadRow): Stored {
  if (row.ok) {
    const employee = JSON.stringify(packEmployee(row.employee))
    return { hash: hash('sha256', employee), employee, problem: null }
  }
  const problem = cleanText(row.problem) ?? UNREADABLE
  return { hash: hash('sha256', JSON.stringify({ problem })), employee: null, problem }
}
