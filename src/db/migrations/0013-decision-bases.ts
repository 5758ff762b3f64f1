import { type Kysely, sql } from 'kysely'

/** What we had last written when a person decided. Of earlier decisions it is not known: they are asked anew. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table field_decision add column base jsonb`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table field_decision drop column base`.execute(db)
}
