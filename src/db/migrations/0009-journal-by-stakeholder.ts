import { type Kysely, sql } from 'kysely'

/** What became of one stakeholder, over all syncs: where a record and each of its values came from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index journal_by_stakeholder on journal (company_id, stakeholder_id)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index journal_by_stakeholder`.execute(db)
}
