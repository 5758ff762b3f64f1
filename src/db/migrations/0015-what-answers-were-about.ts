import { type Kysely, sql } from 'kysely'

/**
 * By which identifier somebody was matched when a person answered about it, and what the register had in a field. Of
 * earlier answers it is not known: what they leave open is asked anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table match_decision add column identifier text, add column identifier_value text`.execute(
    db,
  )
  await sql`alter table field_decision add column register_value jsonb`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table match_decision drop column identifier, drop column identifier_value`.execute(db)
  await sql`alter table field_decision drop column register_value`.execute(db)
}
