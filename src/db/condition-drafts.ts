import { sql } from 'kysely'
import type { Actor } from '../model.ts'
import type { Db } from './client.ts'

type Place = { companyId: string; connectionId: string }

/**
 * The lock waits for a disconnect that is under way, which would not see this row and leave it behind.
 * @returns undefined when the connection is removed: then nothing is stored
 */
export async function insertConditionDraft(
  db: Db,
  { companyId, connectionId }: Place,
  draft: { conditions: unknown; actor: Actor; now: Date },
): Promise<string | undefined> {
  const { rows } = await sql<{ draft_id: string }>`
    insert into condition_draft (company_id, connection_id, conditions, created_by, created_at)
    select company_id, connection_id, ${JSON.stringify(draft.conditions)}::jsonb,
      ${JSON.stringify(draft.actor)}::jsonb, ${draft.now}::timestamptz
    from connection
    where company_id = ${companyId} and connection_id = ${connectionId} and status <> 'removed'
    for key share
    returning draft_id
  `.execute(db)
  return rows[0]?.draft_id
}

/** Only for who made it. */
export function findConditionDraft(
  db: Db,
  { companyId, draftId, actor }: { companyId: string; draftId: string; actor: Actor },
): Promise<{ connection_id: string; conditions: unknown } | undefined> {
  return db
    .selectFrom('condition_draft')
    .select(['connection_id', 'conditions'])
    .where('company_id', '=', companyId)
    .where('draft_id', '=', draftId)
    .where('created_by', '=', sql<Actor>`${JSON.stringify(actor)}::jsonb`)
    .executeTakeFirst()
}

export async function deleteConditionDrafts(db: Db, { companyId, connectionId }: Place): Promise<void> {
  await db
    .deleteFrom('condition_draft')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function deleteConditionDraftsBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('condition_draft').where('created_at', '<', before).execute()
}
