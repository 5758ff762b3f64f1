import { expect } from 'vitest'
import type { ConditionTree } from '../../../../src/sync/core/conditions.ts'
import { OWNERS } from '../../../../src/sync/core/mapping.ts'
import { getSettings, saveSettings } from '../../../../src/sync/settings.ts'
import { whatIf } from '../../../../src/sync/what-if.ts'
import { FIELDS } from '../hr.ts'
import { type Act, pick } from '../world.ts'

const only = (...items: ConditionTree['items']): ConditionTree => ({ version: 1, match: 'all', items })
const CONDITIONS = [
  only(),
  only({ field: 'status', operator: 'is', value: 'active' }),
  only({ field: 'officeLocation', operator: 'is', value: 'London' }),
  only({ field: 'workEmail', operator: 'is_not_empty' }),
]

/** What an admin configures. */
export const SETTINGS_ACTS = {
  identifier: async ({ ctx, database, places }, { at, what }) => {
    const identifier = pick(['workEmail', 'employeeNumber', 'personalEmail'] as const, what)!
    const { version } = await getSettings(database.db, places[at])
    await saveSettings(ctx(), places[at], { identifier, version })
  },
  rule: async ({ ctx, database, places }, { at, what, to }) => {
    const { mapping, version } = await getSettings(database.db, places[at])
    const rule = { owner: pick(OWNERS, to)!, mayClear: to > 5 }
    const fields = { ...mapping.fields, [pick(FIELDS, what)!]: rule }
    await saveSettings(ctx(), places[at], { mapping: { ...mapping, fields }, version })
  },
  conditions: async ({ ctx, database, engines, image, known, places }, { at, what }) => {
    const conditions = pick(CONDITIONS, what)!
    const before = await image()
    const { after } = await whatIf(ctx(), places[at], conditions)
    expect(await image()).toEqual(before)
    const { version } = await getSettings(database.db, places[at])
    await saveSettings(ctx(), places[at], { conditions, version })
    if (known[at].isRead) expect((await engines[at].plan()).counts.meeting).toBe(after)
  },
} as const satisfies Record<string, Act>
