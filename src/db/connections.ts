import { type Selectable, sql, type Transaction } from 'kysely'
import { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Db } from './client.ts'
import type { ConnectionTable, Database } from './schema.ts'

export type ConnectionRow = Selectable<ConnectionTable>

/** Those in use, oldest first. */
export function listConnections(db: Db, companyId: string): Promise<ConnectionRow[]> {
  return db
    .selectFrom('connection')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('status', '<>', 'removed')
    .orderBy('created_at')
    .orderBy('connection_id')
    .execute()
}

/** Those that were in use and were disconnected, the newest first: a setup that was never finished has no settings. */
export function listRemovedConnections(db: Db, companyId: string): Promise<ConnectionRow[]> {
  return db
    .selectFrom('connection')
    .selectAll('connection')
    .innerJoin('sync_settings', (join) =>
      join
        .onRef('sync_settings.company_id', '=', 'connection.company_id')
        .onRef('sync_settings.connection_id', '=', 'connection.connection_id'),
    )
    .where('connection.company_id', '=', companyId)
    .where('connection.status', '=', 'removed')
    .orderBy('connection.created_at', 'desc')
    .orderBy('connection.connection_id')
    .execute()
}

/** Also a removed one: its links and settings are kept, and reconnecting takes them up again. */
export function findConnection(
  db: Db,
  companyId: string,
  connectionId: string,
): Promise<ConnectionRow | undefined> {
  return db
    .selectFrom('connection')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst()
}

export async function getConnection(db: Db, companyId: string, connectionId: string): Promise<ConnectionRow> {
  const connection = await findConnection(db, companyId, connectionId)
  if (connection !== undefined) return connection
  throw new RollcallError('not_found', 'There is no such connection.', {
    remedy: 'Type /datasync in Slack to see the connections there are.',
  })
}

export type NewConnection = {
  companyId: string
  connectionId: string
  provider: string
  sealedCredentials: Buffer
  dailyMinute: number
  nextRetrievalAt: Date
  createdBy: Actor
}

/** Starts as `removed`: until setup is finished nothing lists it and nothing retrieves for it. */
export async function insertUnfinishedConnection(db: Db, connection: NewConnection): Promise<void> {
  await db
    .insertInto('connection')
    .values({
      company_id: connection.companyId,
      connection_id: connection.connectionId,
      provider: connection.provider,
      status: 'removed',
      sealed_credentials: connection.sealedCredentials,
      daily_minute: connection.dailyMinute,
      next_retrieval_at: connection.nextRetrievalAt,
      created_by: JSON.stringify(connection.createdBy),
    })
    .execute()
}

/** New credentials were accepted: a broken connection works again, a removed one waits for its setup to finish. */
export async function updateCredentials(
  db: Db,
  companyId: string,
  connectionId: string,
  sealedCredentials: Buffer,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({
      sealed_credentials: sealedCredentials,
      status: sql`case when status = 'removed' then status else 'active' end`,
      problem: null,
      problem_since: null,
    })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function updateActivated(
  db: Db,
  companyId: string,
  connectionId: string,
  nextRetrievalAt: Date,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ status: 'active', problem: null, problem_since: null, next_retrieval_at: nextRetrievalAt })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

/** Matches everybody by work email and maps nothing beyond the standard fields; what is there stays. */
export async function insertDefaultSettings(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
  actor: Actor,
): Promise<void> {
  await trx
    .insertInto('sync_settings')
    .values({
      company_id: companyId,
      connection_id: connectionId,
      identifier: 'workEmail',
      conditions: JSON.stringify({ version: 1, match: 'all', items: [] }),
      mapping: JSON.stringify({ version: 1, fields: {} }),
      version: 1,
      mapping_version: 1,
      updated_by: JSON.stringify(actor),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
