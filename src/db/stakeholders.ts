import { sql } from 'kysely'
import { z } from 'zod'
import { RollcallError } from '../errors.ts'
import { personName, type RegisterFields } from '../model.ts'
import type { Db } from './client.ts'

export type StakeholderView = {
  stakeholderId: string
  name: string
  fields: RegisterFields
  version: number
  updatedAt: Date
  /** The HR record it is linked to, and when a sync last wrote it. */
  source: { connectionId: string; provider: string; syncedAt: Date | null } | null
}

/** @param page `after` is the opaque `next` of the page before */
export async function listStakeholders(
  db: Db,
  companyId: string,
  page: { search?: string; after?: string; limit: number },
): Promise<{ items: StakeholderView[]; next: string | null }> {
  const cursor = page.after === undefined ? undefined : readCursor(page.after)
  let query = select(db, companyId)
  if (page.search?.trim()) query = query.where(matches(page.search))
  if (cursor)
    query = query.where(sql<boolean>`(${sortName}, s.stakeholder_id) > (${cursor.name}, ${cursor.id}::uuid)`)
  const rows = await query
    .orderBy(sortName)
    .orderBy('s.stakeholder_id')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toView),
    next: rows.length > page.limit && last ? writeCursor(last.sort_name, last.stakeholder_id) : null,
  }
}

export async function countStakeholders(db: Db, companyId: string, search?: string): Promise<number> {
  let query = db.selectFrom('stakeholder as s').where('s.company_id', '=', companyId)
  if (search?.trim()) query = query.where(matches(search))
  const { count } = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return count
}

export async function findStakeholder(
  db: Db,
  companyId: string,
  stakeholderId: string,
): Promise<StakeholderView | undefined> {
  const row = await select(db, companyId).where('s.stakeholder_id', '=', stakeholderId).executeTakeFirst()
  return row && toView(row)
}

/** As shown, so that a list ordered by it looks ordered. */
const sortName = sql<string>`lower(coalesce(s.fields ->> 'preferredName',
  concat_ws(' ', s.fields ->> 'firstName', s.fields ->> 'lastName')))`

function select(db: Db, companyId: string) {
  return db
    .selectFrom('stakeholder as s')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('link as l')
          .innerJoin('connection as n', (join) =>
            join.onRef('n.company_id', '=', 'l.company_id').onRef('n.connection_id', '=', 'l.connection_id'),
          )
          .leftJoin('sync as y', (join) =>
            join.onRef('y.company_id', '=', 'l.company_id').onRef('y.sync_id', '=', 'l.sync_id'),
          )
          .select(['l.connection_id', 'n.provider', 'y.applied_at'])
          .whereRef('l.company_id', '=', 's.company_id')
          .whereRef('l.stakeholder_id', '=', 's.stakeholder_id')
          .orderBy('y.applied_at', (order) => order.desc().nullsLast())
          .limit(1)
          .as('source'),
      (join) => join.onTrue(),
    )
    .select([
      's.stakeholder_id',
      's.fields',
      's.version',
      's.updated_at',
      'source.connection_id',
      'source.provider',
      'source.applied_at',
      sortName.as('sort_name'),
    ])
    .where('s.company_id', '=', companyId)
}

const matches = (search: string) => {
  const pattern = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`concat_ws(' ', s.fields ->> 'firstName', s.fields ->> 'lastName',
    s.fields ->> 'preferredName', s.fields ->> 'workEmail', s.fields ->> 'employeeNumber') ilike ${pattern}`
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>

const toView = (row: Row): StakeholderView => ({
  stakeholderId: row.stakeholder_id,
  name: personName(row.fields),
  fields: row.fields,
  version: row.version,
  updatedAt: row.updated_at,
  source:
    row.connection_id === null || row.provider === null
      ? null
      : { connectionId: row.connection_id, provider: row.provider, syncedAt: row.applied_at },
})

const writeCursor = (name: string, id: string) =>
  Buffer.from(JSON.stringify([name, id])).toString('base64url')

const cursorSchema = z.tuple([z.string(), z.uuid()])

function readCursor(text: string): { name: string; id: string } {
  try {
    const [name, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { name, id }
  } catch (cause) {
    throw new RollcallError('bad_request', 'This is not a place in the list of stakeholders.', {
      remedy: 'Start from the first page.',
      cause,
    })
  }
}
