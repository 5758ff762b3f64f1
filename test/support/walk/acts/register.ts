import { IDENTIFIERS } from '../../../../src/model.ts'
import { readRegister, seedStakeholder } from '../../seed.ts'
import { EMAILS, FIELDS, VALUES } from '../hr.ts'
import { type Act, pick, type World } from '../world.ts'

const MOST_STAKEHOLDERS = 14

export const write: Act = async (world, { who, what, to }) => {
  const id = pick(Object.keys(await readRegister(world.database.db, world.places[0])), who)
  const field = pick(FIELDS, what)!
  await writeField(world, id, field, pick(VALUES[field]!, to) ?? null)
}

export async function writeField(
  world: World,
  id: string | null = null,
  field = 'phone',
  value: string | null = null,
): Promise<void> {
  await world.database.pool.query(
    'update stakeholder set fields = jsonb_strip_nulls(fields || $1), version = version + 1 where stakeholder_id = $2',
    [JSON.stringify({ [field]: value }), id],
  )
  world.byHand = true
}

export const enter: Act = async (world, { what, to }) => {
  const { database, places } = world
  if (Object.keys(await readRegister(database.db, places[0])).length > MOST_STAKEHOLDERS) return
  const workEmail = pick(EMAILS, to) ?? ''
  await seedStakeholder(database.db, places[0], { firstName: pick(['Ana', 'Zoe'], what) ?? '', workEmail })
  world.byHand = true
}

/** Several stakeholders come to have an identifier of somebody in HR. */
const crowdIn: Act = async (world, { at, who, what, to }) => {
  const one = pick([...world.hr[at].people.values()], who)
  const key = pick(IDENTIFIERS, what)!
  const ids = Object.keys(await readRegister(world.database.db, world.places[0]))
  for (const id of ids.slice(to % 3, (to % 3) + 2)) await writeField(world, id, key, one?.[key] ?? null)
}

/** What somebody does by hand in the register. */
export const REGISTER_ACTS = { write, enter, crowdIn } as const
