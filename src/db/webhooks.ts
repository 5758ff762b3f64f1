import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { Db } from './client.ts'
import type { Database, WebhookTable } from './schema.ts'

export type WebhookRow = Selectable<WebhookTable> & { provider: string }

export function findWebhookByHash(db: Db, hookHash: Buffer): Promise<WebhookRow | undefined> {
  return select(db).where('w.hook_hash', '=', hookHash).executeTakeFirst()
}

export function findWebhook(
  db: Db,
  companyId: string,
  connectionId: string,
): Promise<WebhookRow | undefined> {
  return select(db)
    .where('w.company_id', '=', companyId)
    .where('w.connection_id', '=', connectionId)
    .executeTakeFirst()
}

/** A removed connection hears nothing any more. */
const select = (db: Db) =>
  db
    .selectFrom('webhook as w')
    .innerJoin('connection as n', (join) =>
      join.onRef('n.company_id', '=', 'w.company_id').onRef('n.connection_id', '=', 'w.connection_id'),
    )
    .selectAll('w')
    .select('n.provider')
    .where('n.sealed_credentials', 'is not', null)

export async function insertWebhook(db: Db, webhook: Insertable<WebhookTable>): Promise<void> {
  await db
    .insertInto('webhook')
    .values(webhook)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function updateWebhook(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  change: { sealed?: Buffer; remote_id?: string | null },
): Promise<void> {
  await db
    .updateTable('webhook')
    .set(change)
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export type Delivery = { companyId: string; connectionId: string; digest: Buffer }

/**
 * Stores a batch at once.
 * @returns the connections of those deliveries that had not been stored before
 */
export async function insertDeliveries(
  trx: Transaction<Database>,
  deliveries: readonly Delivery[],
  now: Date,
): Promise<{ companyId: string; connectionId: string }[]> {
  const { rows } = await sql<{ companyId: string; connectionId: string }>`
    with fresh as (
      insert into webhook_delivery (company_id, connection_id, digest, received_at)
      select distinct d.company_id, d.connection_id, d.digest, ${now}::timestamptz
      from unnest(
        ${deliveries.map(({ companyId }) => companyId)}::uuid[],
        ${deliveries.map(({ connectionId }) => connectionId)}::uuid[],
        ${deliveries.map(({ digest }) => `\\x${digest.toString('hex')}`)}::bytea[]
      ) as d (company_id, connection_id, digest)
      on conflict do nothing
      returning company_id, connection_id
    ), heard as (
      update webhook w set last_delivery_at = ${now} from (select distinct company_id, connection_id from fresh) f
      where w.company_id = f.company_id and w.connection_id = f.connection_id
    )
    select distinct company_id as "companyId", connection_id as "connectionId" from fresh
  `.execute(trx)
  return rows
}

/** Vendors repeat a delivery for three days at most. */
export async function deleteOldDeliveries(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('webhook_delivery').where('received_at', '<', before).execute()
}
