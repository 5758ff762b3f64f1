import { setImmediate } from 'node:timers/promises'
import { packEmployee } from '../db/cache.ts'
import type { StagedRow } from '../db/staged-rows.ts'
import type { Staging } from '../db/staging.ts'
import { RollcallError } from '../errors.ts'
import { type Employee, type ReadRow, STANDARD_FIELD_KEYS, type StandardField } from '../model.ts'
import { type CoverageCount, countFilled, emptyCount } from './core/coverage.ts'
import { cleanText, normaliseEmployee } from './core/normalise.ts'
import { fingerprintOf, fingerprintOfProblem } from './fingerprint.ts'
import type { CompleteRead, Page, Provider, RowContext } from './provider.ts'
import { createRecordLedger, type RecordLedger } from './record-ledger.ts'

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
  /** How many have a value, by field. */
  coverage: CoverageCount
  /** Ids of the custom fields that anybody came with, be it blank. */
  customRead: ReadonlySet<string>
  ledger: RecordLedger
  /** Rows that wait in the staging table, a repeated record as often as it came. */
  staged: { new: number; changed: number }
}

export type StagePages = {
  provider: Provider
  pages: AsyncGenerator<Page, CompleteRead, void>
  staging: Staging
  /** Ids of the custom fields whose values are counted. */
  counted: readonly string[]
  /** Tells the ledger whom the cache holds. */
  loadKnown: (ledger: RecordLedger) => Promise<void>
  onProgress: (peopleRead: number, peopleExpected: number | null) => void
}

const ROWS_AT_ONCE = 100

/** Reads every page, and stages only what is new or changed. The next page is on its way while one is staged. */
export async function stagePages({
  provider,
  pages,
  staging,
  counted,
  loadKnown,
  onProgress,
}: StagePages): Promise<StagedRead> {
  const ledger = createRecordLedger()
  const coverage = emptyCount(counted)
  const customRead = new Set<string>()
  const counts = { new: 0, changed: 0 }
  let seq = 0
  let repeated = 0
  let unreadable = 0
  let unreadFields: readonly StandardField[] | null = null

  function countReadable(employee: Employee, isFirst: boolean): void {
    if (isFirst) countFilled(coverage, employee)
    for (const id in employee.custom) customRead.add(id)
    if (unreadFields === null) unreadFields = employee.unread
    else if (unreadFields.length > 0)
      unreadFields = unreadFields.filter((field) => employee.unread.includes(field))
  }

  /** What is to be staged of it; `null` for who came as last time, whose outcome then stands. */
  function stageRow(row: DeliveredRow): StagedRow | null {
    const { recordId } = row
    const hash = row.ok ? fingerprintOf(row.employee) : fingerprintOfProblem(row.problem)
    const { isFirst, isKnown, isSame, wasPresent, wasReadable } = ledger.see(recordId, hash)
    seq += 1
    if (!isFirst) repeated += 1
    // A record that came before may have been staged with other values: the last one counts, so stage it too.
    if (isFirst && wasPresent && isSame) {
      if (row.ok && wasReadable) countReadable(row.employee, isFirst)
      else unreadable += 1
      return null
    }
    counts[isKnown ? 'changed' : 'new'] += 1
    const read = normaliseRow(row)
    if (read.ok) countReadable(read.employee, isFirst)
    else unreadable += 1
    const stored = read.ok
      ? { employee: packEmployee(read.employee), problem: null }
      : { employee: null, problem: cleanText(read.problem) ?? UNREADABLE }
    return { seq, recordId, isNew: !isKnown, hash, ...stored }
  }

  let coming = begin(pages)
  await loadKnown(ledger)
  for (;;) {
    const step = await coming
    if (step.done) {
      const { expected } = step.value
      const fields = unreadFields ?? STANDARD_FIELD_KEYS
      return {
        people: ledger.seen,
        expected,
        repeated,
        unreadable,
        unreadFields: fields,
        coverage,
        customRead,
        ledger,
        staged: counts,
      }
    }
    coming = begin(pages)
    const { rows, context, expected } = step.value
    const staged: StagedRow[] = []
    for (const [index, raw] of rows.entries()) {
      // Now and then round the event loop: the next page comes in meanwhile, and nobody in Slack waits for this one.
      if (index % ROWS_AT_ONCE === 0) await setImmediate()
      const row = stageRow(deliverRow(provider, raw, context, `unreadable:${seq + 1}`))
      if (row !== null) staged.push(row)
    }
    await staging.write(staged)
    onProgress(ledger.seen, expected)
  }
}

/** The next page, awaited a little later: until then its failure must not count as unhandled. */
function begin(pages: StagePages['pages']): ReturnType<typeof pages.next> {
  const coming = pages.next()
  coming.catch(() => undefined)
  return coming
}

/** One row as the provider hands it over: nothing of it is trimmed or judged yet but its id. */
type DeliveredRow =
  | { ok: true; recordId: string; employee: Employee }
  | { ok: false; recordId: string; problem: string }

/** One row, whatever it is. What cannot be read is kept with its problem and blocks nobody else. */
export function deliverRow(
  provider: Provider,
  raw: unknown,
  context: RowContext,
  fallbackId: string,
): DeliveredRow {
  const idOfRaw = () => cleanText(provider.recordIdOf(raw)) ?? fallbackId
  try {
    const parsed = provider.row.safeParse(raw)
    if (!parsed.success)
      return { ok: false, recordId: idOfRaw(), problem: parsed.error.issues[0]?.message ?? UNREADABLE }
    const employee = provider.toEmployee(parsed.data, context)
    return { ok: true, recordId: cleanText(employee.recordId) ?? idOfRaw(), employee }
  } catch (thrown) {
    const problem = thrown instanceof RollcallError ? thrown.message : UNREADABLE
    return { ok: false, recordId: idOfRaw(), problem }
  }
}

export function normaliseRow(row: DeliveredRow): ReadRow {
  if (!row.ok) return row
  const read = normaliseEmployee(row.employee)
  return read.ok ? read : { ...read, recordId: row.recordId }
}

const UNREADABLE = 'This record has a form that we cannot read.'
