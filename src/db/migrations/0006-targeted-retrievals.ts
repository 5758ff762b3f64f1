import { type Kysely, sql } from 'kysely'

const statements = [
  // Whom a retrieval reads, by record id; null is everybody.
  'alter table retrieval add column record_ids text[] check (cardinality(record_ids) > 0)',
  // Counts the targeted retrievals that changed the cache: a plan holds only while it stands still.
  'alter table connection add column cache_version int not null default 0',
  'alter table plan add column cache_version int not null default 0',
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table retrieval drop column record_ids`.execute(db)
  await sql`alter table connection drop column cache_version`.execute(db)
  await sql`alter table plan drop column cache_version`.execute(db)
}
