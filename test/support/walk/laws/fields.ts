import { expect } from 'vitest'
import { listConnectionFields } from '../../../../src/db/connection-fields.ts'
import { getConnection } from '../../../../src/db/connections.ts'
import type { ChangeView } from '../../../../src/sync/plan.ts'
import { getSettings } from '../../../../src/sync/settings.ts'
import type { At, World } from '../world.ts'

/** Nothing was read but what somebody had asked for and support had connected. */
export async function expectAskedForConnected({ database, hr, places }: World, at: At): Promise<void> {
  const fields = await listConnectionFields(database.db, places[at])
  const connected = fields.filter(({ state }) => state === 'connected').map(({ field_id }) => field_id)
  expect(connected).toEqual(expect.arrayContaining([...hr[at].askedFor]))
}

/** What is written of custom fields is mapped, came with the person just so, and is not held. */
export async function expectSoundCustom(
  { companyId, database, places }: World,
  at: At,
  rows: readonly ChangeView[],
): Promise<void> {
  const { mapping } = await getSettings(database.db, places[at])
  const { held_fields: held } = await getConnection(database.db, companyId, places[at].connectionId)
  for (const { fields, person } of rows)
    for (const [key, { after }] of Object.entries(fields)) {
      if (!key.startsWith('custom:')) continue
      const mapped = mapping.custom.find(({ to }) => key === `custom:${to}`)
      expect(mapped, `${key} is not mapped`).toBeDefined()
      const value = person?.custom[mapped!.from]
      expect(value, 'what did not come is written').toBeDefined()
      expect(after).toEqual(value)
      expect(held).not.toContain(`custom:${mapped!.from}`)
    }
}
