import { sql } from 'kysely'
import { runApply } from '../../src/sync/apply.ts'
import type { Bench } from '../bench.ts'
import { makeContext, type Place } from '../company/place.ts'
import { CONFIRMED, confirmed } from '../company/templates.ts'
import { type Figure, timed } from '../figure.ts'

type State = { bench: Bench; place: Place; syncId: string }

export const apply: Figure<State> = {
  name: 'apply',
  oursIs: 'write the plan to register, links and journal',
  floorIs: 'the same inserts and updates of register and links, with no journal and no checks',
  unit: 'ms',
  goal: 2.2,

  async prepare(bench) {
    return { bench, ...(await confirmed(bench)) }
  },

  async ours({ bench, place, syncId }) {
    const database = await copyAndTouch(bench)
    return await timed(async () => {
      const { counts } = await runApply(makeContext(database), { companyId: place.companyId, syncId })
      if (counts.created > 0.19 * bench.people && counts.updated > 0.03 * bench.people) return
      throw new Error(`The sync created ${counts.created} and updated ${counts.updated}.`)
    })
  },

  async floor({ bench, place: { companyId, connectionId }, syncId }) {
    const { db } = await copyAndTouch(bench)
    const changes = sql`from plan_change ch where ch.company_id = ${companyId} and ch.plan_id =
      (select plan_id from sync where company_id = ${companyId} and sync_id = ${syncId})`
    return await timed(() =>
      db.transaction().execute(async (trx) => {
        await sql`
          insert into stakeholder (company_id, stakeholder_id, fields)
          select ch.company_id, ch.stakeholder_id, ch.after ${changes} and ch.kind = 'create'`.execute(trx)
        await sql`
          insert into link (company_id, connection_id, record_id, stakeholder_id, base, synced_hash, synced_version,
            synced_mapping_version, sync_id)
          select ch.company_id, ${connectionId}, ch.record_id, ch.stakeholder_id, ch.after, ch.cached_hash, 1, 1,
            ${syncId} ${changes} and ch.kind = 'create'`.execute(trx)
        await sql`
          update stakeholder s set fields = s.fields || ch.after, version = s.version + 1, updated_at = now()
          ${changes} and ch.kind = 'update' and s.company_id = ch.company_id
            and s.stakeholder_id = ch.stakeholder_id`.execute(trx)
        await sql`
          update link l set base = l.base || ch.after, synced_hash = ch.cached_hash,
            synced_version = ch.stakeholder_version + 1, sync_id = ${syncId}
          ${changes} and ch.kind = 'update' and l.company_id = ch.company_id
            and l.connection_id = ${connectionId} and l.record_id = ch.record_id`.execute(trx)
      }),
    )
  },
}

/** A sync cannot be applied twice, so each time starts from a copy; reading it once spares both the cold start. */
async function copyAndTouch({ databases }: Bench) {
  await databases.dropCopies()
  const database = await databases.copyOf(CONFIRMED)
  for (const table of ['stakeholder', 'link', 'plan_change', 'journal', 'sync']) {
    await database.pool.query(`select count(*) from ${table}`)
  }
  return database
}
