import { expect, test } from 'vitest'
import { z } from 'zod'
import type { KnownRecord } from '../../src/db/cache.ts'
import type { StagedRow } from '../../src/db/staged-rows.ts'
import type { Employee } from '../../src/model.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { stagePages } from '../../src/sync/stage.ts'

test('an unchanged read stages nothing, and a changed person is staged alone', async () => {
  const first = await stage([['ana'], ['ben', 'cem']])
  const known = new Map(first.staged.map(({ recordId, hash }) => [recordId, { hash, vanished: false }]))

  const same = await stage([['ana'], ['ben', 'cem']], known)
  const changed = await stage([['ana'], ['ben!', 'cem']], known)

  expect(first.staged.map(({ recordId, isNew }) => [recordId, isNew])).toEqual([
    ['ana', true],
    ['ben', true],
    ['cem', true],
  ])
  expect(same.staged).toEqual([])
  expect(same.read).toMatchObject({ people: 3, stillThere: 3, staged: { new: 0, changed: 0 } })
  expect(changed.staged.map(({ recordId, isNew }) => [recordId, isNew])).toEqual([['ben', false]])
})

test('who had vanished is staged though nothing about them changed', async () => {
  const first = await stage([['ana', 'ben']])
  const known = new Map(
    first.staged.map(({ recordId, hash }) => [recordId, { hash, vanished: recordId === 'ben' }]),
  )

  const { staged, read } = await stage([['ana', 'ben']], known)

  expect(staged.map(({ recordId, isNew }) => [recordId, isNew])).toEqual([['ben', false]])
  expect(read).toMatchObject({ stillThere: 1, staged: { new: 0, changed: 1 } })
})

test('the next page is fetched while one is written, and never more than that', async () => {
  const events: string[] = []
  await stage([['a'], ['b'], ['c']], new Map(), events)
  expect(events).toEqual(['fetch 0', 'fetch 1', 'write a', 'fetch 2', 'write b', 'write c'])
})

test('a page that fails fails the read, after the one before it was written', async () => {
  const events: string[] = []
  await expect(stage([['a'], ['broken page']], new Map(), events)).rejects.toThrow('the connection broke')
  expect(events).toEqual(['fetch 0', 'fetch 1', 'write a'])
})

/** Each person is their id; an exclamation mark at its end changes them. */
async function stage(
  names: readonly (readonly string[])[],
  known: ReadonlyMap<string, KnownRecord> = new Map(),
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
    findKnown: async () => known,
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
    recordId: row.replace('!', ''),
    firstName: row,
    lastName: null,
    preferredName: null,
    workEmail: null,
    personalEmail: null,
    employeeNumber: null,
    phone: null,
    jobTitle: null,
    department: null,
    officeLocation: null,
    country: null,
    legalEntity: null,
    employmentType: null,
    status: 'active',
    statusText: null,
    startDate: null,
    endDate: null,
    managerRecordId: null,
    custom: {},
    unread: [],
  }),
} satisfies Partial<Provider<string>>
