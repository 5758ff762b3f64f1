import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { getConnection } from '../../../../src/db/connections.ts'
import type { Employee } from '../../../../src/model.ts'
import { requestRetrieval, runRetrieval } from '../../../../src/sync/retrieve.ts'
import { makeContext } from '../../seed.ts'
import { expectAskedForConnected } from '../laws/fields.ts'
import { presentIn, showing } from '../reading.ts'
import { type Act, pick, type Step, type World } from '../world.ts'

/**
 * A webhook names somebody. What such a read brings is what HR says of just these
 * people; it takes nothing away, and all that a complete read has proved stays as it was.
 */
const wake: Act = async (world, step) => {
  const { companyId, database, engines, hr, known, places } = world
  const { at } = step
  if (!known[at].isRead) return
  const place = places[at]
  const ctx = makeContext(database, {
    providers: showing(hr[at]),
    actor: { kind: 'webhook', provider: 'hibob' },
  })
  const proved = async () => {
    const { cache_version: _, ...connection } = await getConnection(
      database.db,
      companyId,
      place.connectionId,
    )
    return connection
  }
  const [before, plan] = [await proved(), await engines[at].plan()]
  const { retrievalId } = await requestRetrieval(ctx, place, { targets: named(world, step) })
  const read = await runRetrieval(ctx, { companyId, retrievalId }, () => undefined)
  await expectAskedForConnected(world, at)
  const everybody = presentIn(hr[at])
  if (read.record_ids === null) {
    if (read.status === 'complete') known[at] = { ...known[at], present: everybody }
    return
  }
  const present = new Map(known[at].present)
  for (const recordId of read.record_ids) {
    const now = everybody.get(recordId)
    expect(now, 'nobody is believed to be gone').toBeDefined()
    expect(lostBy(now!, present.get(recordId)), 'a value is taken away').toEqual([])
    present.set(recordId, now!)
  }
  known[at] = { ...known[at], present }
  expect(await proved()).toEqual(before)
  const moved = read.added + read.changed > 0
  if (!moved && !world.byHand) expect((await engines[at].plan()).planId).toBe(plan.planId)
}

/** Mostly one of those who changed since they were read, be it that they went; now and then several, or a stranger. */
function named({ hr, known }: World, { at, who, what, to }: Step): string[] {
  const everybody = presentIn(hr[at])
  const all = [...new Set([...known[at].present.keys(), ...everybody.keys()])]
  const changed = all.filter((id) => !isDeepStrictEqual(everybody.get(id), known[at].present.get(id)))
  const some = changed.length > 0 ? changed : [...hr[at].people.keys()]
  const also = pick(['stranger', pick(all, to), ...Array<undefined>(8)], what)
  return [...new Set([pick(some, who), also])].filter((id) => id !== undefined).toSorted()
}

/** Text that somebody had and has no more; what cannot be read is not said to be blank. */
const lostBy = (now: Employee, before: Employee | undefined): string[] =>
  Object.entries(before ?? {}).flatMap(([key, value]) => {
    const isLost = typeof value === 'string' && now[key as 'phone'] === null
    return isLost && !now.unread.includes(key as 'phone') && before?.startDate !== 'soon' ? [key] : []
  })

export const WAKING_ACTS = { wake } as const
