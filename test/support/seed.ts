import { createHash, randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { packEmployee } from '../../src/db/cache.ts'
import type { Db } from '../../src/db/client.ts'
import { insertDefaultSettings } from '../../src/db/connections.ts'
import { createKeyring } from '../../src/db/secrets.ts'
import type { Actor, Employee, RegisterFields } from '../../src/model.ts'
import { type Context, createProviders } from '../../src/sync/context.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import type { TestDatabase } from './database.ts'

export const DANA: Actor = { kind: 'slack', userId: 'U_DANA' }
export const SAM: Actor = { kind: 'slack', userId: 'U_SAM' }

export const testKeyring = () => createKeyring([{ id: 'test', key: Buffer.alloc(32, 7) }])

export function makeContext(database: TestDatabase, over: Partial<Context> = {}): Context {
  return {
    db: database.db,
    pool: database.pool,
    actor: DANA,
    now: new Date(),
    log: pino({ level: 'silent' }),
    secrets: testKeyring(),
    providers: createProviders(PROVIDERS, {}),
    ...over,
  }
}

export type Place = { companyId: string; connectionId: string }

/** A company with one HiBob connection and default settings, nothing retrieved yet. */
export async function seedConnection(db: Db, teamId: string = randomUUID()): Promise<Place> {
  const { company_id } = await db
    .insertInto('company')
    .values({ slack_team_id: teamId, name: 'Acme' })
    .returning('company_id')
    .executeTakeFirstOrThrow()
  return await seedConnectionOf(db, company_id, 'hibob')
}

/** One more of the same company. */
export async function seedConnectionOf(db: Db, companyId: string, provider: string): Promise<Place> {
  const { connection_id: connectionId } = await db
    .insertInto('connection')
    .values({
      company_id: companyId,
      provider,
      status: 'active',
      daily_minute: 360,
      next_retrieval_at: new Date(Date.now() + 86_400_000),
      created_by: JSON.stringify(DANA),
    })
    .returning('connection_id')
    .executeTakeFirstOrThrow()
  await db.transaction().execute((trx) => insertDefaultSettings(trx, companyId, connectionId, DANA))
  return { companyId, connectionId }
}

/** Makes the cache hold exactly these people, as a complete retrieval would. */
export async function seedCache(db: Db, place: Place, people: readonly Employee[]): Promise<void> {
  const where = { company_id: place.companyId, connection_id: place.connectionId }
  const now = new Date()
  const { retrieval_id } = await db
    .insertInto('retrieval')
    .values({ ...where, status: 'complete', actor: JSON.stringify(DANA), finished_at: now })
    .returning('retrieval_id')
    .executeTakeFirstOrThrow()
  await db
    .updateTable('cached_employee')
    .set({ vanished_at: now })
    .where('company_id', '=', place.companyId)
    .where('connection_id', '=', place.connectionId)
    .where('record_id', 'not in', ['', ...people.map(({ recordId }) => recordId)])
    .where('vanished_at', 'is', null)
    .execute()
  for (const person of people) {
    const json = packEmployee(person)
    const values = { hash: createHash('sha256').update(json).digest(), employee: json, vanished_at: null }
    await db
      .insertInto('cached_employee')
      .values({ ...where, record_id: person.recordId, problem: null, ...values })
      .onConflict((conflict) =>
        conflict.columns(['company_id', 'connection_id', 'record_id']).doUpdateSet(values),
      )
      .execute()
  }
  await db
    .updateTable('connection')
    .set({ cache_retrieval_id: retrieval_id })
    .where('company_id', '=', place.companyId)
    .where('connection_id', '=', place.connectionId)
    .execute()
}

export async function seedStakeholder(db: Db, place: Place, fields: RegisterFields): Promise<string> {
  const { stakeholder_id } = await db
    .insertInto('stakeholder')
    .values({ company_id: place.companyId, fields: JSON.stringify(fields) })
    .returning('stakeholder_id')
    .executeTakeFirstOrThrow()
  return stakeholder_id
}

/** The register as it stands, by stakeholder: what must not have changed, or what must. */
export async function readRegister(db: Db, place: Place): Promise<Record<string, RegisterFields>> {
  const rows = await db
    .selectFrom('stakeholder')
    .select(['stakeholder_id', 'fields'])
    .where('company_id', '=', place.companyId)
    .orderBy('stakeholder_id')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.stakeholder_id, row.fields]))
}
