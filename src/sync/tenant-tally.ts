import { unpackEmployee } from '../db/cache.ts'
import type { CachedEmployeePayload } from '../db/schema.ts'
import type { StagedRow, Staging } from '../db/staging.ts'
import { type Employee, IDENTIFIERS, type Identifier, STATUSES, type Status } from '../model.ts'
import { createRecordLedger } from './record-ledger.ts'

/** Counts only: what is kept of a person is the word for their status, and nothing that tells whose it was. */
export type Tally = {
  people: number
  byStatus: Record<Status, number>
  /** People of unknown status by the vendor's own word; `''` where there was none. */
  unknownWords: Map<string, number>
  /** People whose status came with a word, known or not. */
  withStatusWord: number
  unreadable: Map<string, number>
  /** How many people have the identifier in common with somebody else. */
  sharing: Record<Identifier, number>
  /** How many have a value, by id of the custom field. */
  customFilled: Map<string, number>
}

/** Beyond this many different words or problems the rest is counted together, so that memory stays bounded. */
const MOST_WORDS = 20
const LONGEST_WORD = 40
export const OTHER_WORDS = '(others)'

/** A staging that stores nothing. Where a record comes twice, the first one counts. */
export function createTally(): { tally: Tally; staging: Staging } {
  const records = createDistinct()
  const holders = {
    workEmail: createHolders(),
    personalEmail: createHolders(),
    employeeNumber: createHolders(),
  }
  const tally: Tally = {
    people: 0,
    byStatus: Object.fromEntries(STATUSES.map((status) => [status, 0])) as Tally['byStatus'],
    unknownWords: new Map(),
    withStatusWord: 0,
    unreadable: new Map(),
    sharing: { workEmail: 0, employeeNumber: 0, personalEmail: 0 },
    customFilled: new Map(),
  }

  function count(row: StagedRow): void {
    if (!records.add(row.recordId)) return
    tally.people += 1
    if (row.employee === null) countWord(tally.unreadable, withoutQuotes(row.problem ?? ''))
    // As it was packed a moment ago.
    else countEmployee(unpackEmployee(row.recordId, JSON.parse(row.employee) as CachedEmployeePayload))
  }

  function countEmployee(employee: Employee): void {
    const { status, statusText, custom } = employee
    tally.byStatus[status] += 1
    if (statusText !== null) tally.withStatusWord += 1
    if (status === 'unknown') countWord(tally.unknownWords, (statusText ?? '').slice(0, LONGEST_WORD))
    for (const identifier of IDENTIFIERS) {
      holders[identifier].add(keyOf(identifier, employee[identifier]))
      tally.sharing[identifier] = holders[identifier].sharing()
    }
    for (const id in custom) {
      if (custom[id] !== null) tally.customFilled.set(id, (tally.customFilled.get(id) ?? 0) + 1)
    }
  }

  const staging: Staging = {
    write: async (rows) => rows.forEach(count),
    finish: async () => undefined,
    abort: async () => undefined,
  }
  return { tally, staging }
}

/** As the columns of the cache have it, which match people. */
function keyOf(identifier: Identifier, value: string | null): string | null {
  return identifier === 'employeeNumber' ? value : (value?.toLowerCase() ?? null)
}

/** Texts that came, at some bytes each; a ledger that knows nobody is a set. */
function createDistinct() {
  const ledger = createRecordLedger()
  return { add: (text: string) => ledger.see(text, '').isFirst, size: () => ledger.seen }
}

function createHolders() {
  const once = createDistinct()
  const shared = createDistinct()
  let repeats = 0
  return {
    add(key: string | null): void {
      if (key === null || once.add(key)) return
      repeats += 1
      shared.add(key)
    },
    sharing: () => repeats + shared.size(),
  }
}

function countWord(counts: Map<string, number>, word: string): void {
  const key = counts.has(word) || counts.size < MOST_WORDS ? word : OTHER_WORDS
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** What stands in quotes is a person's own value. */
function withoutQuotes(problem: string): string {
  return problem.replace(/".*"/su, '"…"')
}
