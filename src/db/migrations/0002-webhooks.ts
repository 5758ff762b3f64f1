import { type Kysely, sql } from 'kysely'

const statements = [
  `create table webhook (
    company_id uuid not null,
    connection_id uuid not null,
    hook_hash bytea not null unique,
    sealed bytea not null,
    remote_id text,
    last_delivery_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (company_id, connection_id),
    foreign key (company_id, connection_id) references connection
  )`,
  // What was delivered is not kept, only that it was: a delivery that comes again is recognised by its digest.
  `create table webhook_delivery (
    company_id uuid not null,
    connection_id uuid not null,
    digest bytea not null,
    received_at timestamptz not null,
    primary key (company_id, connection_id, digest)
  )`,
  `create index webhook_delivery_by_age on webhook_delivery (received_at)`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table webhook_delivery, webhook`.execute(db)
}
