import { expect, test } from 'vitest'
import { z } from 'zod'
import { unpackEmployee } from '../../src/db/cache.ts'
import type { KnownRecord } from '../../src/db/known-records.ts'
import type { StagedRow } from '../../src/db/staging.ts'
import type { Employee } from '../../src/model.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { createRecordLedger } from '../../src/sync/record-ledger.ts'
import { stagePages } from '../../src/sync/stage.ts'

test('an unchanged read stages nothing, and a changed person is staged alone', async () => {
  const first = await stage([['ana'], ['ben', 'cem']])
  const known = cachedFrom(first.staged)

  const same = await stage([['ana'], ['ben', 'cem']], known)
  const changed = await stage([['ana'], ['ben!', 'cem']], known)

  expect(first.staged.map(({ recordId, isNew }) => [recordId, isNew])).toEqual([
    ['ana', true],
    ['ben', true],
    ['cem', true],
  ])
  expect(same.staged).toEqual([])
  expect(same.read).toMatchObject({ people: 3, ledger: { missing: 0 }, staged: { new: 0, changed: 0 } })
  expect(changed.staged.map(({ recordId, isNew }) => [recordId, isNew])).toEqual([['ben', false]])
})

test('who had vanished is staged though nothing about them changed', async () => {
  const first = await stage([['ana', 'ben']])
  const known = cachedFrom(first.staged).map((row) => ({ ...row, isPresent: row.recordId !== 'ben' }))

  const { staged, read } = await stage([['ana', 'ben']], known)

  expect(staged.map(({ recordId, isNew }) => [recordId, isNew])).toEqual([['ben', false]])
  expect(read).toMatchObject({ ledger: { missing: 0 }, staged: { new: 0, changed: 1 } })
})

test('who could not be read and comes as before is counted as unreadable again, and not written again', async () => {
  const first = await stage([['ana', 'on 31 February']])
  const again = await stage([['ana', 'on 31 February']], cachedFrom(first.staged))

  expect(first.staged.map(({ problem }) => problem)).toEqual([null, expect.stringContaining('not a date')])
  for (const { read } of [first, again]) expect(read).toMatchObject({ people: 2, unreadable: 1 })
  expect(again.read.coverage).toEqual(first.read.coverage)
  expect(again.read.customRead).toEqual(first.read.customRead)
  expect(again.staged).toEqual([])
})

test('the next page is fetched while one is written, and never more than that', async () => {
  const events: string[] = []
  await stage([['a'], ['b'], ['c']], [], events)
  expect(events).toEqual(['fetch 0', 'fetch 1', 'write a', 'fetch 2', 'write b', 'write c'])
})

test('a page that fails fails the read, after the one before it was written', async () => {
  const events: string[] = []
  await expect(stage([['a'], ['broken page']], [], events)).rejects.toThrow('the connection broke')
  expect(events).toEqual(['fetch 0', 'fetch 1', 'write a'])
})

type Cached = KnownRecord & { recordId: string }

/** What the cache holds once these rows are in it. */
function cachedFrom(rows: readonly StagedRow[]): Cached[] {
  return rows.map(({ recordId, hash, problem }) => ({
    recordId,
    high: Number.parseInt(hash.slice(0, 8), 16),
    low: Number.parseInt(hash.slice(8, 16), 16),
    isPresent: true,
    isReadable: problem === null,
  }))
}

/** Each person is their id; an exclamation mark at its end changes them. */
async function stage(
  names: readonly (readonly string[])[],
  known: readonly Cached[] = [],
  events: string[] = [],
) {
  const staged: StagedRow[] = []
  const write = async (rows: readonly StagedRow[]) => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    events.push(`write ${rows.map(({ recordId }) => recordId)}`)
    staged.push(...rows)
  }
  const read = await stagePages({
    provider: { ...hibob, ...named },
    pages: handOver(names, events),
    staging: { write, finish: async () => undefined, abort: async () => undefined },
    counted: [],
    openLedger: async () => {
      const ledger = createRecordLedger()
      for (const { recordId, ...record } of known) {
        const id = Buffer.from(recordId)
        ledger.know(id, 0, id.length, record)
      }
      return ledger
    },
    onProgress: () => undefined,
  })
  return { staged, read }
}

async function* handOver(
  names: readonly (readonly string[])[],
  events: string[],
): AsyncGenerator<Page, CompleteRead, void> {
  for (const [index, rows] of names.entries()) {
    events.push(`fetch ${index}`)
    if (rows[0] === 'broken page') throw new Error('the connection broke')
    yield { rows, context: { today: '2026-11-23', layout: null }, expected: null }
  }
  return { complete: true, expected: null }
}

const named = {
  row: z.string(),
  recordIdOf: (raw: unknown) => String(raw).replace('!', ''),
  toEmployee: (row: string): Employee => ({
    ...unpackEmployee(row.replace('!', ''), {}),
    firstName: row,
    status: 'active',
    startDate: row.startsWith('on ') ? '2026-02-31' : null,
  }),
} satisfies Partial<Provider<string>>
