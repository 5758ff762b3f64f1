import { type RawBuilder, sql } from 'kysely'
import type { Identifier, JournalOutcome, RegisterFields } from '../model.ts'
import type { Db } from './client.ts'
import type { LinkBefore } from './schema.ts'

/** The link `alias` as the journal keeps it: everything but its key, ready for `jsonb_populate_record`. */
export const linkAsJson = (alias: string): RawBuilder<LinkBefore> => {
  const column = (name: string) => sql`${sql.lit(name)}, ${sql.ref(`${alias}.${name}`)}`
  return sql`jsonb_build_object(${sql.join(LINK_COLUMNS.map(column))})`
}

export const LINK_COLUMNS = [
  'stakeholder_id', 'base', 'synced_hash', 'synced_version', 'synced_mapping_version', 'sync_id', 'created_at',
] as const // biome-ignore format: one list reads better than seven lines

export async function countLinks(db: Db, companyId: string, connectionId: string): Promise<number> {
  const { count } = await db
    .selectFrom('link')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirstOrThrow()
  return count
}

/** Stakeholders whom no HR system in use is linked to: never matched, entered by hand, or of one that was disconnected. */
export async function countUnlinked(db: Db, companyId: string): Promise<number> {
  const { count } = await db
    .selectFrom('stakeholder as s')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('s.company_id', '=', companyId)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('link as l')
            .innerJoin('connection as n', (join) =>
              join
                .onRef('n.company_id', '=', 'l.company_id')
                .onRef('n.connection_id', '=', 'l.connection_id')
                .on('n.status', '<>', 'removed'),
            )
            .select('l.record_id')
            .whereRef('l.company_id', '=', 's.company_id')
            .whereRef('l.stakeholder_id', '=', 's.stakeholder_id'),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return count
}

/** Which stakeholder each of these records is linked to; those that are linked to nobody are not in the map. */
export async function findLinks(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  recordIds: readonly string[],
): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('link')
    .select(['record_id', 'stakeholder_id'])
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('record_id', 'in', [...recordIds])
    .execute()
  return new Map(rows.map((row) => [row.record_id, row.stakeholder_id]))
}

/** What a sync last wrote for a record; undefined while it is linked to nobody. */
export async function findBase(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  recordId: string,
): Promise<RegisterFields | undefined> {
  const link = await db
    .selectFrom('link')
    .select('base')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('record_id', '=', recordId)
    .executeTakeFirst()
  return link?.base
}

/** The HR records that a stakeholder is linked to: one per connection at the most. */
export async function listLinksOf(
  db: Db,
  companyId: string,
  stakeholderId: string,
): Promise<{ connectionId: string; recordId: string }[]> {
  return await db
    .selectFrom('link as l')
    .innerJoin('connection as n', (join) =>
      join.onRef('n.company_id', '=', 'l.company_id').onRef('n.connection_id', '=', 'l.connection_id'),
    )
    .select(['l.connection_id as connectionId', 'l.record_id as recordId'])
    .where('l.company_id', '=', companyId)
    .where('l.stakeholder_id', '=', stakeholderId)
    .where('n.status', '<>', 'removed')
    .orderBy('l.connection_id')
    .orderBy('l.record_id')
    .execute()
}

/** The values on which each HR record of a stakeholder, also one of a removed connection, and the register last agreed. */
export async function listBasesOf(
  db: Db,
  companyId: string,
  stakeholderId: string,
): Promise<RegisterFields[]> {
  const rows = await db
    .selectFrom('link')
    .select('base')
    .where('company_id', '=', companyId)
    .where('stakeholder_id', '=', stakeholderId)
    .execute()
  return rows.map(({ base }) => base)
}

/** A record's link, and the sync that made it as it stands; `made` is `null` where the journal does not tell. */
export type LinkOrigin = {
  stakeholderId: string
  since: Date
  made: { outcome: JournalOutcome; identifier: Identifier; planCreatedAt: Date } | null
}

export async function findLinkOrigin(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  recordId: string,
): Promise<LinkOrigin | undefined> {
  const row = await db
    .selectFrom('link as l')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('journal as j')
          .innerJoin('sync as y', (join) =>
            join.onRef('y.company_id', '=', 'j.company_id').onRef('y.sync_id', '=', 'j.sync_id'),
          )
          .innerJoin('plan as p', (join) =>
            join.onRef('p.company_id', '=', 'y.company_id').onRef('p.plan_id', '=', 'y.plan_id'),
          )
          .select(['j.outcome', 'p.identifier', 'p.created_at as planned_at'])
          .whereRef('j.company_id', '=', 'l.company_id')
          .whereRef('j.stakeholder_id', '=', 'l.stakeholder_id')
          .whereRef('j.record_id', '=', 'l.record_id')
          .whereRef('y.connection_id', '=', 'l.connection_id')
          // An undo that puts a link back puts its day back too.
          .whereRef('y.applied_at', '=', 'l.created_at')
          .where('y.kind', '<>', 'undo')
          .where('j.made_link', '=', true)
          .limit(1)
          .as('made'),
      (join) => join.onTrue(),
    )
    .select(['l.stakeholder_id', 'l.created_at', 'made.outcome', 'made.identifier', 'made.planned_at'])
    .where('l.company_id', '=', companyId)
    .where('l.connection_id', '=', connectionId)
    .where('l.record_id', '=', recordId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { outcome, identifier, planned_at: planCreatedAt } = row
  const made =
    outcome === null || identifier === null || planCreatedAt === null
      ? null
      : { outcome, identifier, planCreatedAt }
  return { stakeholderId: row.stakeholder_id, since: row.created_at, made }
}
