import { runApply } from '../../src/sync/apply.ts'
import type { NewCompany } from './company.ts'

/** Confirms all of the plan, lets something happen, and only then runs the job. */
export async function syncLate(
  { database, engine, place, register }: NewCompany,
  meanwhile: () => Promise<unknown>,
) {
  const confirmed = await engine.confirm(await engine.plan())
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  await meanwhile()
  const before = await register.everything()
  const { counts } = await runApply(engine.ctx(), { companyId: place.companyId, syncId: confirmed.syncId })
  const { rows } = await database.pool.query<{ reason: string }>(
    `select reason from journal where sync_id = $1 and outcome = 'skipped'`,
    [confirmed.syncId],
  )
  return { counts, before, after: await register.everything(), skipped: rows.map(({ reason }) => reason) }
}
