import { type Kysely, sql } from 'kysely'

/** Whom the HR record was linked to when the plan was drawn up: a sync that waits is held to it from here on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table plan_change add column linked_to uuid`.execute(db)
  await sql`
    update plan_change ch set linked_to = l.stakeholder_id
    from plan p, link l
    where p.company_id = ch.company_id and p.plan_id = ch.plan_id
      and (p.status = 'open' or exists (
        select from sync y where y.company_id = p.company_id and y.plan_id = p.plan_id and y.status = 'queued'
      ))
      and l.company_id = ch.company_id and l.connection_id = p.connection_id and l.record_id = ch.record_id
  `.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table plan_change drop column linked_to`.execute(db)
}
