import { type Insertable, type Selectable, sql } from 'kysely'
import type { PoolClient } from 'pg'
import type { PlanKind } from '../model.ts'
import type { Db } from './client.ts'
import { type CopyValue, copyRows } from './copy.ts'
import { aboutPerson } from './people-search.ts'
import type { PlanChangeTable } from './schema.ts'

export type PlanChangeRow = Selectable<PlanChangeTable>

export type NewPlanChange = Omit<
  Insertable<PlanChangeTable>,
  'company_id' | 'plan_id' | 'before' | 'after' | 'detail' | 'base' | 'cached_hash'
> & {
  /** JSON text, as its hash has it too. */
  before: string
  after: string
  detail: unknown
  base: unknown
  /** In hexadecimal. */
  cached_hash: string | null
}

const CHANGE_COLUMNS = {
  company_id: 'uuid',
  plan_id: 'uuid',
  ordinal: 'int4',
  kind: 'text',
  record_id: 'text',
  stakeholder_id: 'uuid',
  stakeholder_version: 'int4',
  linked_to: 'uuid',
  name: 'text',
  before: 'jsonb',
  after: 'jsonb',
  reason: 'text',
  reason_text: 'text',
  detail: 'jsonb',
  base: 'jsonb',
  cached_hash: 'bytea',
} as const

export async function copyPlanChanges(
  client: PoolClient,
  companyId: string,
  planId: string,
  changes: Iterable<NewPlanChange>,
): Promise<void> {
  await copyRows(client, 'plan_change', CHANGE_COLUMNS, rowsOf(companyId, planId, changes))
}

function* rowsOf(
  companyId: string,
  planId: string,
  changes: Iterable<NewPlanChange>,
): Generator<readonly CopyValue[]> {
  for (const change of changes)
    yield [
      companyId,
      planId,
      change.ordinal,
      change.kind,
      change.record_id,
      change.stakeholder_id ?? null,
      change.stakeholder_version ?? null,
      change.linked_to ?? null,
      change.name,
      change.before,
      change.after,
      change.reason ?? null,
      change.reason_text ?? null,
      change.detail === null ? null : JSON.stringify(change.detail),
      change.base === null ? null : JSON.stringify(change.base),
      change.cached_hash,
    ]
}

export type ChangeFilter = {
  kinds?: readonly PlanKind[]
  /** Only the rows that one of the brakes counts. */
  touching?: Touching
  ordinals?: readonly number[]
  search?: string
  /** Only the rows of this record. */
  recordId?: string
  offset: number
  limit: number
}

export async function listPlanChanges(
  db: Db,
  companyId: string,
  planId: string,
  filter: ChangeFilter,
): Promise<{ items: PlanChangeRow[]; total: number }> {
  let query = db.selectFrom('plan_change').where('company_id', '=', companyId).where('plan_id', '=', planId)
  if (filter.kinds) query = query.where('kind', 'in', filter.kinds)
  if (filter.touching) query = query.where(TOUCHING[filter.touching])
  if (filter.ordinals) query = query.where(isAmong(filter.ordinals))
  if (filter.recordId !== undefined) query = query.where('record_id', '=', filter.recordId)
  if (filter.search) {
    const connectionId = sql`(select connection_id from plan where company_id = ${companyId} and plan_id = ${planId})`
    query = query.where(aboutPerson(filter.search, { companyId, connectionId }))
  }
  const [items, count] = await Promise.all([
    query
      .selectAll()
      .orderBy(sql`lower(name)`)
      .orderBy('ordinal')
      .offset(filter.offset)
      .limit(filter.limit)
      .execute(),
    query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { items, total: count.total }
}

const isAmong = (ordinals: readonly number[]) => sql<boolean>`ordinal = any(${[...ordinals]}::int[])`

const rewrites = (...fields: string[]) => sql<boolean>`(kind <> 'create' and exists (
  select from unnest(${fields}::text[]) as f where after ? f and coalesce(before -> f, 'null') <> 'null'))`

/** The same people as `countTouched` in the core counts for each brake. */
const TOUCHING = {
  created: sql<boolean>`kind = 'create'`,
  emails: rewrites('workEmail', 'personalEmail'),
  names: rewrites('firstName', 'lastName'),
  statuses: rewrites('status'),
  endDates: sql<boolean>`(kind <> 'create' and after ? 'endDate')`,
  blanks: sql<boolean>`(kind <> 'create' and exists (select from jsonb_each(after) where value = 'null'))`,
  vanished: sql<boolean>`kind = 'vanished'`,
}
export type Touching = keyof typeof TOUCHING

/** Changes that deserve a second look: a name, an email or an end date is rewritten. */
export async function listChangesToFields(
  db: Db,
  companyId: string,
  planId: string,
  {
    fields,
    limit,
    ordinals,
  }: { fields: readonly string[]; limit: number; ordinals: readonly number[] | undefined },
): Promise<{ items: PlanChangeRow[]; total: number }> {
  let query = db
    .selectFrom('plan_change')
    .where('company_id', '=', companyId)
    .where('plan_id', '=', planId)
    .where('kind', 'in', ['update', 'left', 'returned'])
    .where(sql<boolean>`after ?| ${[...fields]}::text[]`)
  if (ordinals) query = query.where(isAmong(ordinals))
  const [items, count] = await Promise.all([
    query.selectAll().orderBy('ordinal').limit(limit).execute(),
    query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { items, total: count.total }
}

/** How many of the register rows that a plan would touch were written since it was drawn up. */
export async function countMovedStakeholders(db: Db, companyId: string, planId: string): Promise<number> {
  const { moved } = await db
    .selectFrom('plan_change as ch')
    .innerJoin('stakeholder as s', (join) =>
      join.onRef('s.company_id', '=', 'ch.company_id').onRef('s.stakeholder_id', '=', 'ch.stakeholder_id'),
    )
    .select((eb) => eb.fn.countAll<number>().as('moved'))
    .where('ch.company_id', '=', companyId)
    .where('ch.plan_id', '=', planId)
    .whereRef('s.version', '<>', 'ch.stakeholder_version')
    .executeTakeFirstOrThrow()
  return moved
}

/** The rows of plans that nobody confirmed are of no use after a while; the plan's own line stays. */
export async function forgetSupersededChanges(
  db: Db,
  companyId: string,
  connectionId: string,
  before: Date,
): Promise<void> {
  await db
    .deleteFrom('plan_change')
    .where('company_id', '=', companyId)
    .where('plan_id', 'in', (eb) =>
      eb
        .selectFrom('plan')
        .select('plan_id')
        .where('company_id', '=', companyId)
        .where('connection_id', '=', connectionId)
        .where('status', '=', 'superseded')
        .where('created_at', '<', before),
    )
    .execute()
}
