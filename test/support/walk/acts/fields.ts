import { listConnectionFields } from '../../../../src/db/connection-fields.ts'
import { OWNERS } from '../../../../src/sync/core/mapping.ts'
import { decideField, removeField, requestField } from '../../../../src/sync/fields.ts'
import { getSettings, saveSettings } from '../../../../src/sync/settings.ts'
import { CUSTOM } from '../hr.ts'
import { readNow } from '../reading.ts'
import { type Act, pick } from '../world.ts'

const TEAM = 'T_ACME'

/** Where support is asked it is for `decide` to say; without support it is connected at once. */
const requestOne: Act = async ({ ctx, places }, { at, what, to }) => {
  const fieldId = pick(CUSTOM, what)!.id
  await requestField(ctx(), places[at], { fieldId, hasSupport: to % 3 === 0, team: TEAM })
}

const decide: Act = async ({ companyId, ctx, database, places }, { at, what }) => {
  const fields = await listConnectionFields(database.db, places[at])
  const requestId = fields.find(({ state }) => state === 'requested')?.request_id
  if (requestId)
    await decideField(ctx(), { companyId, requestId, team: TEAM }, what % 4 === 0 ? 'declined' : 'connected')
}

/** One that is connected, or else is now and read, is mapped by another rule each time, or not any more. */
export const map: Act = async (world, { at, what, to }) => {
  const { ctx, database, places } = world
  const place = places[at]
  const isConnected = ({ state }: { state: string }) => state === 'connected'
  if (!(await listConnectionFields(database.db, place)).some(isConnected)) {
    await requestField(ctx(), place, { fieldId: pick(CUSTOM, what)!.id, hasSupport: false, team: TEAM })
    await readNow(world, at)
  }
  const field = pick((await listConnectionFields(database.db, place)).filter(isConnected), what)
  if (!field) return
  const { mapping, version } = await getSettings(database.db, place)
  const others = mapping.custom.filter(({ from }) => from !== field.field_id)
  const rule = { owner: to < 7 ? ('hr' as const) : pick(OWNERS, to)!, mayClear: to % 3 > 0 }
  const mapped = { from: field.field_id, to: `our_${field.field_id}`, label: field.label, ...rule }
  const custom = to === 11 ? others : [...others, mapped]
  await saveSettings(ctx(), place, { mapping: { ...mapping, custom }, version })
}

const removeOne: Act = async ({ ctx, places }, { at, what }) => {
  await removeField(ctx(), places[at], { fieldId: pick(CUSTOM, what)!.id, team: TEAM })
}

/** Custom fields of the HR system: none is read before it is connected. */
export const FIELD_ACTS = { requestOne, decide, map, removeOne } as const
