import { type Kysely, sql } from 'kysely'

/** The link of the HR record as it stood before the change: what undoing puts back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table journal add column link_before jsonb`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table journal drop column link_before`.execute(db)
}
