import { randomBytes, randomUUID } from 'node:crypto'
import type { DatabaseHandle } from '../../src/db/client.ts'
import { findOrCreateCompany } from '../../src/db/companies.ts'
import {
  insertDefaultSettings,
  insertUnfinishedConnection,
  updateActivated,
} from '../../src/db/connections.ts'
import type { RetrievalRow } from '../../src/db/retrievals.ts'
import { createKeyring } from '../../src/db/secrets.ts'
import { createLogger } from '../../src/log.ts'
import type { Actor } from '../../src/model.ts'
import { type Context, createProviders } from '../../src/sync/context.ts'
import { sealCredentials } from '../../src/sync/credentials.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { benchProvider } from './provider.ts'

export type Place = { companyId: string; connectionId: string }

const ACTOR: Actor = { kind: 'system' }
const secrets = createKeyring([{ id: 'bench', key: randomBytes(32) }])
const log = createLogger({ level: 'silent' })

/** @param hrisUrl where the bench's HR system serves the company, where one is read */
export function makeContext({ db, pool }: DatabaseHandle, hrisUrl = ''): Context {
  const providers = createProviders([benchProvider], { [benchProvider.id]: hrisUrl })
  return { db, pool, actor: ACTOR, now: new Date(), log, secrets, providers }
}

/** A company with one connection, nothing retrieved yet, whose brake lets any number of new people through. */
export async function connectCompany(database: DatabaseHandle): Promise<Place> {
  const { companyId } = await findOrCreateCompany(database.db, { slackTeamId: 'T0', name: 'Acme' })
  const connectionId = randomUUID()
  const nextRetrievalAt = new Date(Date.now() + 86_400_000)
  await insertUnfinishedConnection(database.db, {
    companyId,
    connectionId,
    provider: benchProvider.id,
    sealedCredentials: sealCredentials({ secrets }, companyId, connectionId, { token: 'bench' }),
    dailyMinute: 0,
    nextRetrievalAt,
    createdBy: ACTOR,
  })
  await updateActivated(database.db, companyId, connectionId, nextRetrievalAt)
  await database.db.transaction().execute((trx) => insertDefaultSettings(trx, companyId, connectionId, ACTOR))
  await database.db
    .updateTable('company')
    .set({ limits: JSON.stringify({ created: { absolute: 0, percent: 100 } }) })
    .where('company_id', '=', companyId)
    .execute()
  return { companyId, connectionId }
}

/** The real thing, from request to swapped cache; whatever keeps it from being complete is thrown. */
export async function retrieve(
  database: DatabaseHandle,
  place: Place,
  hrisUrl: string,
): Promise<RetrievalRow> {
  const ctx = makeContext(database, hrisUrl)
  const { retrievalId } = await requestRetrieval(ctx, place)
  const { companyId } = place
  const retrieval = await runRetrieval(ctx, { companyId, retrievalId }, () => undefined)
  if (retrieval.status === 'complete') return retrieval
  throw new Error(`The retrieval is ${retrieval.status}: ${retrieval.error_message}`)
}
