import { expect } from 'vitest'
import type { ChangeView, PlanView } from '../../../../src/sync/plan.ts'
import { getCompanyLimits } from '../../../../src/sync/settings.ts'
import type { Image } from '../image.ts'
import type { At, World } from '../world.ts'
import { isApplied } from './matching.ts'

const rewrites =
  (...keys: string[]) =>
  ({ fields }: ChangeView) =>
    keys.some((key) => (fields[key]?.before ?? null) !== null)

/** The brakes on rewriting, the gravest first, and whom each of them counts. */
const REWRITING = {
  blanks: ({ fields }: ChangeView) => Object.values(fields).some(({ after }) => after === null),
  emails: rewrites('workEmail', 'personalEmail'),
  names: rewrites('firstName', 'lastName'),
  statuses: rewrites('status'),
  endDates: ({ fields }: ChangeView) => 'endDate' in fields,
} as const

/** A plan is held for rewriting exactly where more people than a limit allows are rewritten; others it counts as they are. */
export async function expectSoundHolds(
  { companyId, database, places }: World,
  at: At,
  { links }: Image,
  { holds }: PlanView,
  rows: readonly ChangeView[],
): Promise<void> {
  const limits = await getCompanyLimits(database.db, companyId)
  const own = links.filter((link) => link.connection_id === places[at].connectionId)
  const linked = new Set(own.map(({ record_id }) => record_id))
  const written = rows.filter((row) => isApplied(row) && row.kind !== 'create')
  const of = linked.size + written.filter(({ recordId }) => !linked.has(recordId)).length
  const expected = Object.entries(REWRITING).flatMap(([brake, touches]) => {
    const { absolute, percent } = limits[brake as keyof typeof REWRITING]
    const count = written.filter(touches).length
    const isHeld = count > absolute && Math.floor((of * percent) / 100 + 1e-9) < count
    return isHeld ? [{ brake, count, of }] : []
  })
  expect(holds.filter(({ brake }) => brake in REWRITING)).toMatchObject(expected)
  for (const { brake, count, allowed } of holds) {
    expect(count, `held for ${brake} within the limit`).toBeGreaterThan(allowed)
    expect(allowed).toBeGreaterThanOrEqual(limits[brake].absolute)
  }
}
