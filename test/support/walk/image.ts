import type { RegisterFields } from '../../../src/model.ts'
import type { TestDatabase } from '../database.ts'
import type { Place } from '../seed.ts'

export type Stakeholder = { fields: RegisterFields; version: number }
/** Everything that only a sync, an undo or a hand may change. */
export type Image = {
  register: Record<string, Stakeholder>
  links: Awaited<ReturnType<typeof linksOf>>
  syncs: { sync_id: string; status: string }[]
  journal: number
}

export async function imageOf(database: TestDatabase, { companyId }: Place): Promise<Image> {
  const { db } = database
  const [stakeholders, links, syncs, journal] = await Promise.all([
    db
      .selectFrom('stakeholder')
      .select(['stakeholder_id', 'fields', 'version'])
      .where('company_id', '=', companyId)
      .orderBy('stakeholder_id')
      .execute(),
    linksOf(database, companyId),
    db
      .selectFrom('sync')
      .select(['sync_id', 'status'])
      .where('company_id', '=', companyId)
      .orderBy('sync_id')
      .execute(),
    db
      .selectFrom('journal')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('company_id', '=', companyId)
      .executeTakeFirstOrThrow(),
  ])
  return {
    register: Object.fromEntries(
      stakeholders.map(({ stakeholder_id, fields, version }) => [stakeholder_id, { fields, version }]),
    ),
    links,
    syncs,
    journal: journal.rows,
  }
}

async function linksOf({ db }: TestDatabase, companyId: string) {
  const links = await db
    .selectFrom('link')
    .selectAll()
    .where('company_id', '=', companyId)
    .orderBy('connection_id')
    .orderBy('record_id')
    .execute()
  return links.map((link) => ({ ...link, synced_hash: link.synced_hash?.toString('hex') ?? null }))
}

/** What an undo gives back. Versions only ever count up. */
export const bytesOf = ({ links, register }: Image) => ({
  links,
  register: Object.fromEntries(Object.entries(register).map(([id, { fields }]) => [id, fields])),
})
