import { type Kysely, sql } from 'kysely'

const statements = [
  // What can be asked for besides the standard fields, and what became of asking. A row that nobody asked for
  // goes when the field goes; the others stay and say since when it is gone.
  `create table connection_field (
    company_id uuid not null,
    connection_id uuid not null,
    field_id text not null,
    label text not null,
    type text not null check (type in ('text', 'number', 'date', 'boolean', 'choice', 'list')),
    category text,
    listed_at timestamptz not null,
    gone_at timestamptz,
    state text not null default 'listed' check (state in ('listed', 'requested', 'connected', 'declined')),
    request_id uuid,
    requested_by jsonb,
    requested_at timestamptz,
    decided_by jsonb,
    decided_in text,
    decided_at timestamptz,
    delivered boolean,
    primary key (company_id, connection_id, field_id),
    foreign key (company_id, connection_id) references connection,
    check (state = 'listed' or request_id is not null)
  )`,
  `create unique index connection_field_by_request on connection_field (company_id, request_id)
    where request_id is not null`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table connection_field`.execute(db)
}
