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

/** Reads every page, and stages only what is new or changed. While the database looks one page up the next is read. */
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

  /** Row by row down to what is stored of it: what is kept for a whole page costs the memory of many. */
  function readPage({ rows, context, expected }: Page): PageBeingFound {
    const records = rows.map((raw) => {
      seq += 1
      const row = readRow(provider, raw, context, `unreadable:${seq}`)
      const recordId = recordIdOf(row)
      const isFirst = seen.add(recordId)
      if (!isFirst) repeated += 1
      count(row, isFirst)
      const { hash, employee, problem } = toStored(row)
      return { isFirst, row: { seq, recordId, isNew: true, hash, employee, problem } }
    })
    const finding = findKnown(records.map(({ row }) => row.recordId))
    // Awaited a little later; until then its failure must not count as unhandled.
    finding.catch(() => undefined)
    return { records, finding, expected }
  }

  function count(row: ReadRow, isFirst: boolean): void {
    if (!row.ok) {
      unreadable += 1
      return
    }
    const { unread, custom } = row.employee
    if (isFirst) countFilled(coverage, row.employee)
    for (const id in custom) customRead.add(id)
    if (unreadFields === null) unreadFields = unread
    else if (unreadFields.length > 0) unreadFields = unreadFields.filter((field) => unread.includes(field))
  }

  async function stagePage({ records, finding, expected }: PageBeingFound): Promise<void> {
    const known = await finding
    const staged: StagedRow[] = []
    for (const { isFirst, row } of records) {
      const cached = known.get(row.recordId)
      // A record that came before may have been staged with other values: the last one counts, so stage it too.
      if (isFirst && cached?.vanished === false) {
        stillThere += 1
        if (cached.hash === row.hash) continue
      }
      row.isNew = cached === undefined
      counts[row.isNew ? 'new' : 'changed'] += 1
      staged.push(row)
    }
    await staging.write(staged)
    onProgress(seen.size, expected)
  }

  let coming = pages.next()
  let before: PageBeingFound | null = null
  for (;;) {
    const step = await coming
    if (step.done) {
      if (before !== null) await stagePage(before)
      const { expected } = step.value
      return {
        people: seen.size,
        expected,
        repeated,
        unreadable,
        unreadFields: unreadFields ?? STANDARD_FIELD_KEYS,
        stillThere,
        coverage,
        customRead,
        seen,
        staged: counts,
      }
    }
    coming = pages.next()
    coming.catch(() => undefined)
    const current = readPage(step.value)
    if (before !== null) await stagePage(before)
    before = current
  }
}

type PageBeingFound = {
  records: readonly { isFirst: boolean; row: StagedRow }[]
  finding: Promise<ReadonlyMap<string, KnownRecord>>
  expected: number | null
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
