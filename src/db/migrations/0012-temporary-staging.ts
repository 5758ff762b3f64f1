import { type Kysely, sql } from 'kysely'

/** What is staged waits in a temporary table of the session that reads. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table staged_employee`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unlogged table staged_employee (
      company_id uuid not null,
      retrieval_id uuid not null,
      seq int not null,
      record_id text not null,
      is_new boolean not null,
      hash bytea not null,
      employee jsonb,
      problem text
    )`.execute(db)
  await sql`create index staged_by_retrieval on staged_employee (retrieval_id)`.execute(db)
}
