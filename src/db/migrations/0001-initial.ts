import { type Kysely, sql } from 'kysely'

// Rows that a sync writes by the ten thousand (link, plan_change, journal) carry no foreign keys: one writer
// makes them under one lock, nobody is ever deleted, and checking them row by row would double its time.
const tables = [
  `create table company (
    company_id uuid primary key default gen_random_uuid(),
    slack_team_id text not null unique,
    name text not null,
    limits jsonb not null default '{}',
    created_at timestamptz not null default now()
  )`,
  `create table slack_installation (
    installation_key text primary key,
    sealed bytea not null,
    updated_at timestamptz not null default now()
  )`,
  `create table connection (
    company_id uuid not null references company,
    connection_id uuid not null default gen_random_uuid(),
    provider text not null,
    status text not null check (status in ('active', 'broken', 'removed')),
    sealed_credentials bytea,
    problem text,
    problem_since timestamptz,
    daily_minute int not null check (daily_minute between 0 and 1439),
    next_retrieval_at timestamptz not null,
    cache_retrieval_id uuid,
    coverage jsonb not null default '{}',
    held_fields text[] not null default '{}',
    waived_fields text[] not null default '{}',
    created_by jsonb not null,
    created_at timestamptz not null default now(),
    primary key (company_id, connection_id)
  )`,
  `create index connection_due on connection (next_retrieval_at) where status <> 'removed'`,
  `create table link_session (
    company_id uuid not null references company,
    link_session_id uuid not null default gen_random_uuid(),
    token_hash bytea not null unique,
    browser_hash bytea,
    provider text not null,
    slack_user_id text not null,
    slack_channel_id text,
    connection_id uuid,
    expires_at timestamptz not null,
    finished_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (company_id, link_session_id)
  )`,
  `create table retrieval (
    company_id uuid not null references company,
    retrieval_id uuid not null default gen_random_uuid(),
    connection_id uuid not null,
    status text not null check (status in ('queued', 'running', 'complete', 'failed')),
    actor jsonb not null,
    people_read int not null default 0,
    people_expected int,
    added int not null default 0,
    changed int not null default 0,
    unchanged int not null default 0,
    vanished int not null default 0,
    unreadable int not null default 0,
    repeated int not null default 0,
    unread_fields text[] not null default '{}',
    coverage jsonb not null default '{}',
    error_code text,
    error_message text,
    error_remedy text,
    attempts int not null default 0,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    primary key (company_id, retrieval_id),
    foreign key (company_id, connection_id) references connection
  )`,
  `create index retrieval_by_connection on retrieval (company_id, connection_id, created_at desc)`,
  // At most one waits and one runs for a connection; a second request joins the one that waits.
  `create unique index retrieval_one_waiting on retrieval (company_id, connection_id) where status = 'queued'`,
  `create unlogged table staged_employee (
    company_id uuid not null,
    retrieval_id uuid not null,
    seq int not null,
    record_id text not null,
    is_new boolean not null,
    hash bytea not null,
    employee jsonb,
    problem text
  )`,
  `create index staged_by_retrieval on staged_employee (retrieval_id)`,
  `create table cached_employee (
    company_id uuid not null,
    connection_id uuid not null,
    record_id text not null,
    hash bytea not null,
    employee jsonb,
    problem text,
    work_email_key text generated always as (nullif(lower(btrim(employee ->> 'workEmail')), '')) stored,
    employee_number_key text generated always as (nullif(btrim(employee ->> 'employeeNumber'), '')) stored,
    personal_email_key text generated always as (nullif(lower(btrim(employee ->> 'personalEmail')), '')) stored,
    status text generated always as (employee ->> 'status') stored,
    vanished_at timestamptz,
    primary key (company_id, connection_id, record_id)
  )`,
  `create table sync_settings (
    company_id uuid not null,
    connection_id uuid not null,
    identifier text not null,
    conditions jsonb not null,
    mapping jsonb not null,
    version int not null,
    mapping_version int not null,
    updated_by jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (company_id, connection_id),
    foreign key (company_id, connection_id) references connection
  )`,
  `create table stakeholder (
    company_id uuid not null references company,
    stakeholder_id uuid not null default gen_random_uuid(),
    fields jsonb not null,
    version int not null default 1,
    work_email_key text generated always as (nullif(lower(btrim(fields ->> 'workEmail')), '')) stored,
    employee_number_key text generated always as (nullif(btrim(fields ->> 'employeeNumber'), '')) stored,
    personal_email_key text generated always as (nullif(lower(btrim(fields ->> 'personalEmail')), '')) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (company_id, stakeholder_id)
  )`,
  `create table link (
    company_id uuid not null,
    connection_id uuid not null,
    record_id text not null,
    stakeholder_id uuid not null,
    base jsonb not null,
    synced_hash bytea,
    synced_version int,
    synced_mapping_version int,
    sync_id uuid,
    created_at timestamptz not null default now(),
    primary key (company_id, connection_id, record_id)
  )`,
  `create index link_by_stakeholder on link (company_id, stakeholder_id)`,
  `create table match_decision (
    company_id uuid not null,
    decision_id uuid not null default gen_random_uuid(),
    connection_id uuid not null,
    record_id text not null,
    verdict text not null check (verdict in ('link', 'create', 'ignore', 'new_contract')),
    stakeholder_id uuid,
    name text not null,
    decided_by jsonb not null,
    decided_at timestamptz not null,
    revoked_by jsonb,
    revoked_at timestamptz,
    primary key (company_id, decision_id),
    foreign key (company_id, connection_id) references connection
  )`,
  `create unique index match_decision_in_force on match_decision (company_id, connection_id, record_id)
    where revoked_at is null`,
  `create table field_decision (
    company_id uuid not null,
    decision_id uuid not null default gen_random_uuid(),
    connection_id uuid not null,
    record_id text not null,
    field text not null,
    verdict text not null check (verdict in ('hr', 'register')),
    hr_value jsonb not null,
    name text not null,
    decided_by jsonb not null,
    decided_at timestamptz not null,
    revoked_by jsonb,
    revoked_at timestamptz,
    primary key (company_id, decision_id),
    foreign key (company_id, connection_id) references connection
  )`,
  `create unique index field_decision_in_force on field_decision (company_id, connection_id, record_id, field)
    where revoked_at is null`,
  `create table plan (
    company_id uuid not null,
    plan_id uuid not null default gen_random_uuid(),
    connection_id uuid not null,
    status text not null check (status in ('open', 'confirmed', 'superseded', 'discarded')),
    hash bytea not null,
    retrieval_id uuid not null,
    settings_version int not null,
    mapping_version int not null,
    identifier text not null,
    counts jsonb not null,
    held jsonb,
    created_by jsonb not null,
    created_at timestamptz not null default now(),
    decided_by jsonb,
    decided_at timestamptz,
    primary key (company_id, plan_id),
    foreign key (company_id, connection_id) references connection
  )`,
  `create index plan_by_connection on plan (company_id, connection_id, created_at desc)`,
  `create table plan_change (
    company_id uuid not null,
    plan_id uuid not null,
    ordinal int not null,
    kind text not null,
    record_id text not null,
    stakeholder_id uuid,
    stakeholder_version int,
    name text not null,
    before jsonb not null,
    after jsonb not null,
    reason text,
    reason_text text,
    detail jsonb,
    base jsonb,
    cached_hash bytea,
    primary key (company_id, plan_id, ordinal)
  )`,
  `create table sync (
    company_id uuid not null,
    sync_id uuid not null default gen_random_uuid(),
    plan_id uuid not null,
    connection_id uuid not null,
    kind text not null check (kind in ('all', 'selected', 'undo')),
    status text not null check (status in ('queued', 'applied', 'failed')),
    ordinals int[],
    actor jsonb not null,
    counts jsonb not null,
    error_message text,
    created_at timestamptz not null default now(),
    applied_at timestamptz,
    undoes uuid,
    knowingly jsonb,
    position bigint,
    digest bytea,
    primary key (company_id, sync_id),
    foreign key (company_id, plan_id) references plan
  )`,
  `create unique index sync_chain on sync (company_id, position)`,
  `create table journal (
    company_id uuid not null,
    sync_id uuid not null,
    ordinal int not null,
    outcome text not null check (outcome in
      ('created', 'updated', 'linked', 'skipped', 'reversed', 'removed', 'restored', 'kept')),
    reason text,
    record_id text not null,
    stakeholder_id uuid,
    name text not null,
    before jsonb not null,
    after jsonb not null,
    version_before int,
    version_after int,
    made_link boolean not null default false,
    primary key (company_id, sync_id, ordinal)
  )`,
  `create function refuse_rewriting() returns trigger language plpgsql as $$
    begin
      raise exception 'the journal is append-only';
    end
  $$`,
  `create trigger journal_append_only before update or delete or truncate on journal
    for each statement execute function refuse_rewriting()`,
  `create table slack_message (
    company_id uuid not null references company,
    subject text not null,
    channel_id text not null,
    message_ts text not null,
    created_at timestamptz not null default now(),
    primary key (company_id, subject, channel_id)
  )`,
  `create table home_viewer (
    company_id uuid not null references company,
    slack_user_id text not null,
    opened_at timestamptz not null default now(),
    primary key (company_id, slack_user_id)
  )`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await sql.raw(statement).execute(db)
}

export async function down(): Promise<void> {
  throw new Error('The first migration is not reversed: drop the database instead.')
}
