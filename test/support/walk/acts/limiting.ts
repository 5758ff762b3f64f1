import { expect } from 'vitest'
import { DEFAULT_LIMITS, LIMIT_KEYS, type Limits } from '../../../../src/sync/core/guard.ts'
import { getCompanyLimits, saveLimits, stampOfLimits } from '../../../../src/sync/settings.ts'
import { type Act, pick } from '../world.ts'

const LIMITS = [
  { absolute: 0, percent: 0 },
  { absolute: 1, percent: 0 },
  { absolute: 0, percent: 33.3 },
  { absolute: 100, percent: 100 },
]

/** One limit is changed, or all of them; whoever still has the former ones open is told. */
export const limit: Act = async ({ companyId, ctx, database }, { what, to }) => {
  const before = await getCompanyLimits(database.db, companyId)
  const brakes = LIMIT_KEYS[what] ? [LIMIT_KEYS[what]] : LIMIT_KEYS
  const changed = brakes.map((brake) => [brake, pick([...LIMITS, DEFAULT_LIMITS[brake]], to)])
  const limits: Limits = { ...before, ...Object.fromEntries(changed) }
  const change = { limits, seen: stampOfLimits(before) }
  await saveLimits(ctx(), companyId, change)
  expect(await getCompanyLimits(database.db, companyId)).toEqual(limits)
  if (stampOfLimits(limits) !== change.seen)
    await expect(saveLimits(ctx(), companyId, change)).rejects.toMatchObject({ code: 'conflict' })
}

export const LIMIT_ALL = LIMIT_KEYS.length
export const LIMITING_ACTS = { limit } as const
