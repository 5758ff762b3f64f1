import { type Insertable, type Selectable, sql, type Transaction, type Updateable } from 'kysely'
import type { Db } from './client.ts'
import type { Database, WebhookTable } from './schema.ts'

type Place = { companyId: string; connectionId: string }

export type WebhookRow = Selectable<WebhookTable> & { provider: string }

export function listWebhooksByHash(db: Db, hookHashes: readonly Buffer[]): Promise<WebhookRow[]> {
  return select(db).where('w.hook_hash', 'in', hookHashes).execute()
}

export function findWebhook(db: Db, { companyId, connectionId }: Place): Promise<WebhookRow | undefined> {
  return select(db)
    .where('w.company_id', '=', companyId)
    .where('w.connection_id', '=', connectionId)
    .executeTakeFirst()
}

/** A connection without credentials could read nothing, so it hears nothing. */
const select = (db: Db) =>
  db
    .selectFrom('webhook as w')
    .innerJoin('connection as n', (join) =>
      join.onRef('n.company_id', '=', 'w.company_id').onRef('n.connection_id', '=', 'w.connection_id'),
    )
    .selectAll('w')
    .select('n.provider')
    .where('n.sealed_credentials', 'is not', null)

/** The one that is there stays: its address may be with the vendor already. */
export async function insertWebhook(db: Db, webhook: Insertable<WebhookTable>): Promise<void> {
  await db
    .insertInto('webhook')
    .values(webhook)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function updateWebhook(
  db: Db,
  { companyId, connectionId }: Place,
  change: Pick<Updateable<WebhookTable>, 'sealed' | 'remote_id' | 'problem'>,
): Promise<void> {
  await db
    .updateTable('webhook')
    .set(change)
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function deleteWebhook(db: Db, { companyId, connectionId }: Place): Promise<void> {
  await db
    .deleteFrom('webhook')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export type Delivery = Place & { digest: Buffer }
/** `isActive`: the connection is in use and its credentials are not known to be refused. */
export type FreshDelivery = Delivery & { isActive: boolean }

/**
 * Stores a batch at once, always in the same order, so that two processes never wait for each other in a circle.
 * @returns those that had not been stored before, by connection
 */
export async function insertDeliveries(
  trx: Transaction<Database>,
  deliveries: readonly Delivery[],
  now: Date,
): Promise<FreshDelivery[]> {
  const { rows } = await sql<FreshDelivery>`
    with fresh as (
      insert into webhook_delivery (company_id, connection_id, digest, received_at)
      select distinct d.company_id, d.connection_id, d.digest, ${now}::timestamptz
      from unnest(
        ${deliveries.map(({ companyId }) => companyId)}::uuid[],
        ${deliveries.map(({ connectionId }) => connectionId)}::uuid[],
        ${deliveries.map(({ digest }) => `\\x${digest.toString('hex')}`)}::bytea[]
      ) as d (company_id, connection_id, digest)
      order by 1, 2, 3
      on conflict do nothing
      returning company_id, connection_id, digest
    )
    select company_id as "companyId", connection_id as "connectionId", digest, status = 'active' as "isActive"
    from fresh join connection using (company_id, connection_id)
    order by 1, 2, 3
  `.execute(trx)
  return rows
}

export async function updateHeard(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('webhook')
    .set({ last_delivery_at: now })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function deleteDeliveriesBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('webhook_delivery').where('received_at', '<', before).execute()
}
