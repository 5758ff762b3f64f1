import { expect } from 'vitest'
import { packEmployee } from '../../../../src/db/cache.ts'
import { normaliseEmployee } from '../../../../src/sync/core/normalise.ts'
import type { ChangeView } from '../../../../src/sync/plan.ts'
import type { Image } from '../image.ts'
import type { At, World } from '../world.ts'

type Cached = { record_id: string; employee: object | null; vanished: boolean }

/** The cache has whom the reads brought, as these stated them; nobody who is linked is lost, and nobody's values outlive the connection. */
export async function expectSoundCache({ database, known, places }: World, at: At, { links }: Image) {
  const { connectionId } = places[at]
  const { rows } = await database.pool.query<Cached>(
    `select record_id, employee, vanished_at is not null as vanished from cached_employee
    where connection_id = $1 order by record_id`,
    [connectionId],
  )
  const { isConnected, present } = known[at]
  const stated = [...present].map(([recordId, one]) => {
    const read = normaliseEmployee(one)
    return [recordId, read.ok ? JSON.parse(packEmployee(read.employee)) : null]
  })
  const there = rows.filter(({ vanished }) => !vanished)
  expect(Object.fromEntries(there.map((row) => [row.record_id, row.employee]))).toEqual(
    Object.fromEntries(stated),
  )
  if (!isConnected) expect(rows.filter(({ employee }) => employee !== null)).toEqual([])
  const linked = links.filter((link) => link.connection_id === connectionId)
  expect(rows.map(({ record_id }) => record_id)).toEqual(
    expect.arrayContaining(linked.map(({ record_id }) => record_id)),
  )
}

/** Whoever is linked and does not come any more is told of in each plan, unless the register knows that they left. */
export function expectNobodyMissed(
  { known, places }: World,
  at: At,
  { links, register }: Image,
  rows: readonly ChangeView[],
): void {
  const toldOf = rows.map(({ recordId }) => recordId)
  for (const { connection_id, record_id, stakeholder_id } of links) {
    if (connection_id !== places[at].connectionId || known[at].present.has(record_id)) continue
    if (register[stakeholder_id]?.fields['status'] === 'left') continue
    expect(toldOf, 'somebody is missing from HR, and nobody is told').toContain(record_id)
  }
}
