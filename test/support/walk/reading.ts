import { expect } from 'vitest'
import { z } from 'zod'
import type { RetrievalRow } from '../../../src/db/retrievals.ts'
import type { Employee } from '../../../src/model.ts'
import { acceptCredentials, finishLinking, startLinking } from '../../../src/sync/connections.ts'
import type { Context } from '../../../src/sync/context.ts'
import { normaliseEmployee } from '../../../src/sync/core/normalise.ts'
import { sealCredentials } from '../../../src/sync/credentials.ts'
import { findLinkSession } from '../../../src/sync/link-sessions.ts'
import type { CompleteRead, Page, PageRequest, Provider, ProviderClient } from '../../../src/sync/provider.ts'
import { hibob } from '../../../src/sync/providers/hibob.ts'
import type { TestDatabase } from '../database.ts'
import { providersWith, retrieve } from '../retrieval.ts'
import { makeContext, type Place, seedConnection, seedConnectionOf } from '../seed.ts'
import { CUSTOM, type Hr, shownBy } from './hr.ts'
import { expectAskedForConnected } from './laws/fields.ts'
import type { At, World } from './world.ts'

/** A company with two accounts of one HR system, whose credentials open nothing. */
export async function seedTwoConnections(database: TestDatabase): Promise<[Place, Place]> {
  const first = await seedConnection(database.db)
  const places: [Place, Place] = [first, await seedConnectionOf(database.db, first.companyId, 'hibob')]
  for (const { companyId, connectionId } of places) {
    const sealed = sealCredentials(makeContext(database), companyId, connectionId, {})
    await database.db
      .updateTable('connection')
      .set({ sealed_credentials: sealed })
      .where('connection_id', '=', connectionId)
      .execute()
  }
  return places
}

/** A complete retrieval of these people by the product itself. */
export function read(database: TestDatabase, place: Place, hr: Hr): Promise<RetrievalRow> {
  return retrieve(makeContext(database, { providers: showing(hr) }), place)
}

/** The HR system as it is now, which accepts any credentials. */
export function showing(hr: Hr): Context['providers'] {
  const context = { today: '2026-11-23', layout: undefined }
  const answer = ({ customFields }: PageRequest) => {
    hr.askedFor = customFields
    return shownBy(hr)
  }
  async function* pages(_: ProviderClient, request: PageRequest): AsyncGenerator<Page, CompleteRead, void> {
    const people = answer(request)
    yield { rows: people, context, expected: people.length }
    return { complete: true, expected: people.length }
  }
  const provider: Provider<Employee> = {
    ...hibob,
    pages,
    people: async (_, request) => ({
      rows: answer(request).filter(({ recordId }) => request.recordIds.includes(recordId)),
      context,
    }),
    catalogue: async () => CUSTOM.filter(({ id }) => hr.fields.has(id)),
    probe: async () => ({ people: hr.people.size, unread: [] }),
    row: z.custom<Employee>(),
    recordIdOf: (raw) => (raw as Employee).recordId,
    toEmployee: (row) => row,
  }
  return providersWith(provider)
}

/** By record id, as a complete read leaves the cache. */
export const presentIn = (hr: Hr) => new Map(shownBy(hr).map((one) => [one.recordId, one]))

/**
 * A retrieval of everybody by the product itself. What it proves to be complete is what the cache has from now on.
 * @returns whether it did
 */
export async function readNow(world: World, at: At): Promise<boolean> {
  const { database, hr, known, places } = world
  const { status } = await read(database, places[at], hr[at])
  await expectAskedForConnected(world, at)
  const people = shownBy(hr[at])
  // A field that nobody comes with any more fails it too, unless a person went on without.
  const mayFail = people.some(({ unread }) => unread.length > 0)
  const mustFail = !known[at].isConnected || !people.some((one) => normaliseEmployee(one).ok)
  if (mustFail || !mayFail) expect(status).toBe(mustFail ? 'failed' : 'complete')
  if (status === 'complete') known[at] = { ...known[at], present: presentIn(hr[at]), isRead: true }
  return status === 'complete'
}

/** Through the linking window. The retrieval that comes of it waits. */
export async function linkAgain({ companyId, database, hr, known, places }: World, at: At): Promise<void> {
  const ctx = makeContext(database, { providers: showing(hr[at]) })
  const { connectionId } = places[at]
  const open = { companyId, provider: 'hibob', slackUserId: 'U_DANA', connectionId }
  const { token } = await startLinking(ctx, open)
  await acceptCredentials(ctx, (await findLinkSession(ctx, token))!, {})
  expect(await finishLinking(ctx, (await findLinkSession(ctx, token))!)).toMatchObject({ connectionId })
  known[at].isConnected = true
}
