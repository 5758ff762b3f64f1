import type { DatabaseHandle } from '../../src/db/client.ts'
import { runApply } from '../../src/sync/apply.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import type { Bench } from '../bench.ts'
import { MIGRATED } from '../databases.ts'
import { connectCompany, makeContext, type Place, retrieve } from './place.ts'

export const CONNECTED = 'connected'
/** A connection and an empty cache. */
export function connected({ databases }: Bench): Promise<Place> {
  return databases.template(CONNECTED, MIGRATED, connectCompany)
}

export const RETRIEVED = 'retrieved'
/** Everybody is in the cache, as of day 0. */
export async function retrieved(bench: Bench): Promise<Place> {
  const place = await connected(bench)
  return await bench.databases.template(RETRIEVED, CONNECTED, async (database) => {
    await retrieve(database, place, await bench.hris.makeReady(bench.people, 0))
    return place
  })
}

export const OUT_OF_STEP = 'out_of_step'
/** Four fifths were synced once; since then five days have changed a twentieth of them, and the rest have joined. */
export async function outOfStep(bench: Bench): Promise<Place> {
  const place = await connected(bench)
  return await bench.databases.template(OUT_OF_STEP, CONNECTED, async (database) => {
    await retrieve(database, place, await bench.hris.makeReady(Math.floor(bench.people * 0.8), 0))
    const syncId = await confirm(database, place)
    await runApply(makeContext(database), { companyId: place.companyId, syncId })
    await retrieve(database, place, await bench.hris.makeReady(bench.people, 5))
    return place
  })
}

export const CONFIRMED = 'confirmed'
/** The same, planned and confirmed but not applied. */
export async function confirmed(bench: Bench): Promise<{ place: Place; syncId: string }> {
  const place = await outOfStep(bench)
  return await bench.databases.template(CONFIRMED, OUT_OF_STEP, async (database) => ({
    place,
    syncId: await confirm(database, place),
  }))
}

async function confirm(database: DatabaseHandle, { companyId, connectionId }: Place): Promise<string> {
  const ctx = makeContext(database)
  const plan = await currentPlan(ctx, { companyId, connectionId })
  if (!plan) throw new Error('There is nothing to plan from.')
  const confirmation = await confirmPlan(ctx, { companyId, planId: plan.planId, hash: plan.hash })
  if (confirmation.outcome !== 'confirmed') throw new Error(`The plan is ${confirmation.outcome}.`)
  return confirmation.syncId
}
