import type { Employee } from '../../../src/model.ts'
import type { Context } from '../../../src/sync/context.ts'
import { type ChangeView, listChanges, type PlanView } from '../../../src/sync/plan.ts'
import type { SyncView } from '../../../src/sync/sync-view.ts'
import type { TestDatabase } from '../database.ts'
import { engineAt } from '../engine.ts'
import { makeContext, type Place, seedStakeholder } from '../seed.ts'
import { EMAILS, formerPeople, type Hr, hired, hrWith } from './hr.ts'
import { type Image, imageOf } from './image.ts'
import { presentIn, read, seedTwoConnections } from './reading.ts'

export type At = 0 | 1

/** What the small numbers mean is for each act to say; smaller ones are simpler. */
export type Step = { at: At; who: number; what: number; to: number }

/** Does something, or nothing where it would make no sense. What it throws is judged by `laws/refusing.ts`. */
export type Act = (world: World, step: Step) => Promise<unknown>

/** One company with two connections, and what the walk has to remember of it. */
export type World = {
  database: TestDatabase
  companyId: string
  places: readonly [Place, Place]
  engines: readonly [Engine, Engine]
  hr: readonly [Hr, Hr]
  /** What the cache of each connection has to know by now. */
  known: [Known, Known]
  /** As shown to somebody who has not pressed Confirm yet. */
  shown: readonly [PlanView[], PlanView[]]
  /** Syncs and undos in the order in which they were applied. */
  done: { sync: SyncView; at: At }[]
  /** Somebody edited the register since it was last looked at. */
  byHand: boolean
  ctx: () => Context
  image: () => Promise<Image>
  rowsOf: (planId: string) => Promise<ChangeView[]>
}
type Engine = ReturnType<typeof engineAt>
/** `isRead`: completely, since it was connected last. */
type Known = { present: Map<string, Employee>; isRead: boolean; isConnected: boolean }

export async function startWorld(database: TestDatabase): Promise<World> {
  const places = await seedTwoConnections(database)
  const { companyId } = places[0]
  const hr = [
    { ...hrWith(...[1, 2, 3, 4, 5, 6].map((n) => hired(n))), former: formerPeople(12) },
    hrWith(...[2, 9].map((n) => hired(n, { firstName: `Other${n}` }))),
  ] as const
  for (const fields of [
    { firstName: 'Bea', workEmail: EMAILS[1] ?? '', jobTitle: 'Founder' },
    { firstName: 'Cy', lastName: 'Ode', workEmail: EMAILS[2] ?? '', status: 'left' },
    { firstName: 'Ivo', phone: '1' },
  ])
    await seedStakeholder(database.db, places[0], fields)
  for (const at of [0, 1] as const) await read(database, places[at], hr[at])
  return {
    database,
    companyId,
    places,
    engines: [engineAt(database, places[0]), engineAt(database, places[1])],
    hr,
    known: [knownOf(hr[0]), knownOf(hr[1])],
    shown: [[], []],
    done: [],
    byHand: false,
    ctx: () => makeContext(database),
    image: () => imageOf(database, places[0]),
    rowsOf: async (planId) => {
      const { items } = await listChanges(database.db, companyId, planId, { offset: 0, limit: 1_000 })
      return items.toSorted((a, b) => a.ordinal - b.ordinal)
    },
  }
}

const knownOf = (hr: Hr): Known => ({ present: presentIn(hr), isRead: true, isConnected: true })

/** The one at that place, going round. */
export const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % items.length]

/** What a row of a plan says to a person: neither its place nor ids that are made anew each time. */
export const told = (
  row: Pick<
    ChangeView,
    'recordId' | 'kind' | 'stakeholderId' | 'reason' | 'reasonText' | 'fields' | 'detail'
  >,
) => ({
  recordId: row.recordId,
  kind: row.kind,
  stakeholderId: row.kind === 'create' ? null : row.stakeholderId,
  reason: row.reason,
  reasonText: row.reasonText,
  fields: row.fields,
  detail: row.detail,
})
