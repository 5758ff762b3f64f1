import { sql, type Transaction } from 'kysely'
import type { Db } from './client.ts'
import type { Database } from './schema.ts'

/** Where a message that is edited in place stands. */
export type MessagePlace = { channelId: string; ts: string }

const place = ['channel_id as channelId', 'message_ts as ts'] as const

/** Until the transaction ends, nobody else posts or edits the messages about this subject. */
export async function lockSubject(
  trx: Transaction<Database>,
  companyId: string,
  subject: string,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${companyId} ${subject}`}, 0))`.execute(trx)
}

export function listPlaces(db: Db, companyId: string, subject: string): Promise<MessagePlace[]> {
  return db
    .selectFrom('slack_message')
    .select(place)
    .where('company_id', '=', companyId)
    .where('subject', '=', subject)
    .orderBy('created_at')
    .execute()
}

/** Every message whose subject is of one kind: `plan` finds `plan:<id>`. */
export function listPlacesOfKind(
  db: Db,
  companyId: string,
  kind: string,
): Promise<(MessagePlace & { subject: string })[]> {
  return db
    .selectFrom('slack_message')
    .select([...place, 'subject'])
    .where('company_id', '=', companyId)
    .where('subject', 'like', `${kind}:%`)
    .orderBy('created_at')
    .execute()
}

/** One message per subject and channel: a second one takes the first one's place. */
export async function upsertPlace(
  db: Db,
  companyId: string,
  subject: string,
  { channelId, ts }: MessagePlace,
): Promise<void> {
  await db
    .insertInto('slack_message')
    .values({ company_id: companyId, subject, channel_id: channelId, message_ts: ts })
    .onConflict((conflict) =>
      conflict.columns(['company_id', 'subject', 'channel_id']).doUpdateSet({ message_ts: ts }),
    )
    .execute()
}

export async function deletePlace(
  db: Db,
  companyId: string,
  subject: string,
  { channelId, ts }: MessagePlace,
): Promise<void> {
  await db
    .deleteFrom('slack_message')
    .where('company_id', '=', companyId)
    .where('subject', '=', subject)
    .where('channel_id', '=', channelId)
    .where('message_ts', '=', ts)
    .execute()
}

/** Those whose Home tab is worth publishing again, most recent first. */
export async function listHomeViewers(
  db: Db,
  companyId: string,
  options: { since: Date; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('home_viewer')
    .select('slack_user_id')
    .where('company_id', '=', companyId)
    .where('opened_at', '>=', options.since)
    .orderBy('opened_at', 'desc')
    .limit(options.limit)
    .execute()
  return rows.map((row) => row.slack_user_id)
}

export async function upsertHomeViewer(
  db: Db,
  companyId: string,
  slackUserId: string,
  openedAt: Date,
): Promise<void> {
  await db
    .insertInto('home_viewer')
    .values({ company_id: companyId, slack_user_id: slackUserId, opened_at: openedAt })
    .onConflict((conflict) =>
      conflict.columns(['company_id', 'slack_user_id']).doUpdateSet({ opened_at: openedAt }),
    )
    .execute()
}

export async function deleteHomeViewer(db: Db, companyId: string, slackUserId: string): Promise<void> {
  await db
    .deleteFrom('home_viewer')
    .where('company_id', '=', companyId)
    .where('slack_user_id', '=', slackUserId)
    .execute()
}
