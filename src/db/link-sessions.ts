import { type Selectable, sql, type Transaction } from 'kysely'
import type { Db } from './client.ts'
import type { Database, LinkSessionTable } from './schema.ts'

export type LinkSessionRow = Selectable<LinkSessionTable>

export type NewLinkSession = {
  companyId: string
  tokenHash: Buffer
  provider: string
  slackUserId: string
  slackChannelId: string | null
  connectionId: string | null
  expiresAt: Date
}

export async function insertLinkSession(db: Db, session: NewLinkSession): Promise<void> {
  await db
    .insertInto('link_session')
    .values({
      company_id: session.companyId,
      token_hash: session.tokenHash,
      provider: session.provider,
      slack_user_id: session.slackUserId,
      slack_channel_id: session.slackChannelId,
      connection_id: session.connectionId,
      expires_at: session.expiresAt,
    })
    .execute()
}

/** With what the pages show beside it: the company, and how the connection stands if there is one already. */
export function findByTokenHash(db: Db, tokenHash: Buffer) {
  return db
    .selectFrom('link_session')
    .innerJoin('company', 'company.company_id', 'link_session.company_id')
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.company_id', '=', 'link_session.company_id')
        .onRef('connection.connection_id', '=', 'link_session.connection_id'),
    )
    .selectAll('link_session')
    .select([
      'company.name as company_name',
      'company.slack_team_id',
      'connection.status as connection_status',
    ])
    .select(sql<boolean>`connection.sealed_credentials is not null`.as('has_credentials'))
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
}

/** One statement, so that of two browsers that ask at once exactly one gets it. */
export async function updateClaimed(
  db: Db,
  session: { companyId: string; linkSessionId: string },
  claim: { browserHash: Buffer; now: Date; expiresAt: Date },
): Promise<boolean> {
  const result = await db
    .updateTable('link_session')
    .set({ browser_hash: claim.browserHash, expires_at: claim.expiresAt })
    .where('company_id', '=', session.companyId)
    .where('link_session_id', '=', session.linkSessionId)
    .where('browser_hash', 'is', null)
    .where('finished_at', 'is', null)
    .where('expires_at', '>', claim.now)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export function lockLinkSession(
  trx: Transaction<Database>,
  companyId: string,
  linkSessionId: string,
): Promise<LinkSessionRow> {
  return trx
    .selectFrom('link_session')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('link_session_id', '=', linkSessionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

export async function updateLinkSession(
  trx: Transaction<Database>,
  companyId: string,
  linkSessionId: string,
  values: { connection_id: string } | { finished_at: Date },
): Promise<void> {
  await trx
    .updateTable('link_session')
    .set(values)
    .where('company_id', '=', companyId)
    .where('link_session_id', '=', linkSessionId)
    .execute()
}

/** Forgets the credentials of setups that were broken off after they were accepted, and links long past. */
export async function deleteAbandoned(db: Db, companyId: string, now: Date): Promise<void> {
  await db
    .updateTable('connection')
    .set({ sealed_credentials: null })
    .where('company_id', '=', companyId)
    .where('status', '=', 'removed')
    .where('sealed_credentials', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('link_session')
            .select('link_session_id')
            .whereRef('link_session.company_id', '=', 'connection.company_id')
            .whereRef('link_session.connection_id', '=', 'connection.connection_id')
            .where('finished_at', 'is', null)
            .where('expires_at', '>', now),
        ),
      ),
    )
    .execute()
  await db
    .deleteFrom('link_session')
    .where('company_id', '=', companyId)
    .where('expires_at', '<=', sql<Date>`${now}::timestamptz - interval '30 days'`)
    .execute()
}
