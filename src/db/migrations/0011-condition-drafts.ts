import { type Kysely, sql } from 'kysely'

const statements = [
  // Conditions that somebody looks at and has not saved. The index is what old ones are found by.
  `create table condition_draft (
    company_id uuid not null,
    draft_id uuid not null default gen_random_uuid(),
    connection_id uuid not null,
    conditions jsonb not null,
    created_by jsonb not null,
    created_at timestamptz not null,
    primary key (company_id, draft_id),
    foreign key (company_id, connection_id) references connection
  )`,
  `create index condition_draft_by_age on condition_draft (created_at)`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table condition_draft`.execute(db)
}
