import { sql } from 'kysely'
import type { Db } from './client.ts'

export type Figure = { label: string; count: number }

export function countRetrievalsByStatus(db: Db): Promise<Figure[]> {
  return db
    .selectFrom('retrieval')
    .select(({ fn }) => ['status as label', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
}

export function countSyncsByStatus(db: Db): Promise<Figure[]> {
  return db
    .selectFrom('sync')
    .select(({ fn }) => ['status as label', fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
}

/** `waiting` could start now; `failed` used up its attempts and stays for someone to look at. */
export async function countJobsByState(db: Db): Promise<Figure[]> {
  const { rows } = await sql<Figure>`
    select case
             when locked_at is not null then 'running'
             when attempts >= max_attempts then 'failed'
             when run_at > now() then 'scheduled'
             else 'waiting'
           end as label,
           count(*) as count
    from graphile_worker.jobs
    group by 1`.execute(db)
  return rows
}
