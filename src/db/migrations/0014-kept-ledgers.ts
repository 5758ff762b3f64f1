import { type Kysely, sql } from 'kysely'

const statements = [
  // What a read has found out about whom the cache knows, for the next one. It holds as long as the cache is this one.
  `create table kept_ledger (
    company_id uuid not null,
    connection_id uuid not null,
    part int not null,
    retrieval_id uuid not null,
    cache_version int not null,
    seed bigint not null,
    entries bytea not null,
    primary key (company_id, connection_id, part),
    foreign key (company_id, connection_id) references connection
  )`,
  // Hashes: nothing is gained by trying to compress them.
  `alter table kept_ledger alter column entries set storage external`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table kept_ledger`.execute(db)
}
