import { addDays } from '../../demo/hris/calendar.ts'
import { DIFFICULT_KEYS, type DifficultKey, difficultId } from '../../demo/hris/difficult-person.ts'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { type CachedPerson, listCached } from '../../src/db/cache.ts'
import type { RegisterFields } from '../../src/model.ts'
import { runApply } from '../../src/sync/apply.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { decideMatch } from '../../src/sync/decide.ts'
import { type ChangeView, currentPlan, listChanges, type PlanView } from '../../src/sync/plan.ts'
import type { SyncView } from '../../src/sync/sync-view.ts'
import type { TestDatabase } from './database.ts'
import { providersOf, retrieve, seedLinkedConnection } from './retrieval.ts'
import { makeContext, type Place, readRegister } from './seed.ts'

export const DAY_0 = '2026-11-23'

/** What one day showed and left behind. */
export type Day = {
  plan: PlanView
  changes: readonly ChangeView[]
  sync: SyncView | null
  /** Drawn up again on the outcome. */
  again: PlanView
  cached: readonly CachedPerson[]
  /** Record id to stakeholder. */
  links: ReadonlyMap<string, string>
  register: Readonly<Record<string, RegisterFields>>
}

export type Rehearsed = Awaited<ReturnType<typeof rehearse>>

/** The whole way from the rehearsal HRIS over HTTP to the register, for one new company, with a clock of its own. */
export async function rehearse(database: TestDatabase, options: { people?: number } = {}) {
  const hris: Hris = await startHris({ people: 60, today: DAY_0, rateLimit: null, ...options })
  const place: Place = await seedLinkedConnection(database)
  let minutes = 0
  const ctx = () => {
    const noon = Date.parse(`${hris.control.company().today()}T12:00:00Z`)
    return makeContext(database, {
      now: new Date(noon + ++minutes * 60_000),
      providers: providersOf(hris),
    })
  }

  async function read(): Promise<void> {
    const row = await retrieve(ctx(), place)
    if (row.status !== 'complete') throw new Error(row.error_message ?? row.status)
  }

  async function plan(): Promise<{ plan: PlanView; changes: ChangeView[] }> {
    const view = await currentPlan(ctx(), place)
    if (!view) throw new Error('nothing was retrieved')
    const page = { offset: 0, limit: 1_000 }
    return {
      plan: view,
      changes: (await listChanges(database.db, place.companyId, view.planId, page)).items,
    }
  }

  /** Confirms the plan as an admin who looked at it, and writes it. Nothing to write is no sync. */
  async function sync(): Promise<Day> {
    const { plan: view, changes } = await plan()
    const answer = await confirmPlan(ctx(), { ...place, planId: view.planId, hash: view.hash })
    if (answer.outcome !== 'confirmed' && answer.outcome !== 'nothing')
      throw new Error(`not confirmed: ${answer.outcome}`)
    const written =
      answer.outcome === 'confirmed'
        ? await runApply(ctx(), { companyId: place.companyId, syncId: answer.syncId })
        : null
    return { plan: view, changes, sync: written, again: (await plan()).plan, ...(await look()) }
  }

  async function look(): Promise<Pick<Day, 'cached' | 'links' | 'register'>> {
    const links = await database.db
      .selectFrom('link')
      .select(['record_id', 'stakeholder_id'])
      .where('connection_id', '=', place.connectionId)
      .execute()
    return {
      cached: await listCached(database.db, place, { limit: 1_000 }),
      links: new Map(links.map((link) => [link.record_id, link.stakeholder_id])),
      register: await readRegister(database.db, place),
    }
  }

  return {
    hris: hris.control,
    place,
    ctx,
    plan,
    sync,
    close: hris.close,
    /** One day: HR is read, the plan confirmed and written. */
    async day(): Promise<Day> {
      await read()
      return await sync()
    },
    async readAndPlan() {
      await read()
      return await plan()
    },
    decide: (key: DifficultKey, verdict: 'link' | 'create' | 'ignore' | 'new_contract', stakeholderId = '') =>
      decideMatch(ctx(), place, {
        recordId: difficultId(key),
        verdict,
        stakeholderId: stakeholderId || null,
      }),
  }
}

/** What a plan says of somebody; their unchanged rows are not stored, so nobody listed is nothing to do. */
export function changesOf(changes: readonly ChangeView[], key: DifficultKey): ChangeView[] {
  return changes.filter(({ recordId }) => recordId === difficultId(key))
}

/** What the register holds of the stakeholder that this record is linked to. */
export function standing(
  day: Pick<Day, 'links' | 'register'>,
  key: DifficultKey,
): RegisterFields | undefined {
  return day.register[day.links.get(difficultId(key)) ?? '']
}

/** `day(-20)`: a date as the rehearsal company counts, from its day 0. */
export const day = (offset: number) => addDays(DAY_0, offset)

export { DIFFICULT_KEYS, type DifficultKey, difficultId }
