import { type Kysely, sql } from 'kysely'

/** Not logged, so that a request to an HR system waits for no disk: a database that crashed only forgets it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unlogged table rate_limit (
      bucket bytea primary key,
      next_at timestamptz not null,
      places jsonb not null default '{}'
    )
  `.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table rate_limit`.execute(db)
}
