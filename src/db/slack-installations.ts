import { sql } from 'kysely'
import type { Db } from './client.ts'

/** The key is an enterprise id for an org-wide install, else a team id. */
export async function findInstallation(db: Db, installationKey: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('slack_installation')
    .select('sealed')
    .where('installation_key', '=', installationKey)
    .executeTakeFirst()
  return row?.sealed
}

export async function upsertInstallation(db: Db, installationKey: string, sealed: Buffer): Promise<void> {
  await db
    .insertInto('slack_installation')
    .values({ installation_key: installationKey, sealed })
    .onConflict((conflict) =>
      conflict.column('installation_key').doUpdateSet({ sealed, updated_at: sql`now()` }),
    )
    .execute()
}

export async function deleteInstallation(db: Db, installationKey: string): Promise<void> {
  await db.deleteFrom('slack_installation').where('installation_key', '=', installationKey).execute()
}
