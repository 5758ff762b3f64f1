import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { person } from '../support/engine.ts'
import { seedCache, seedConnectionOf, seedStakeholder } from '../support/seed.ts'
import { postAsApp, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
let people: { record_id: string; name: string; office: string | null }[]
beforeAll(async () => {
  product = await startConnected({ people: 40 })
  const { rows } = await product.database.pool.query(
    `select record_id, concat_ws(' ', employee ->> 'firstName', employee ->> 'lastName') as name, employee ->> 'officeLocation' as office
     from cached_employee where employee ->> 'workEmail' is not null and employee ->> 'status' = 'active'
       and work_email_key in (select work_email_key from cached_employee group by 1 having count(*) = 1) order by record_id`,
  )
  people = rows
})
afterAll(() => product.close())
afterEach(async () => {
  while (dana().modal()) await dana().close()
})

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
/** Somebody whose name nobody else's name contains. */
const someone = () => people.find(({ name }) => people.filter((it) => it.name.includes(name)).length === 1)!

test('/datasync why: what was read, each condition with the value it saw, the match, what follows; nothing is written', async () => {
  const { name, office } = someone()
  const { version } = await getSettings(product.database.db, product.place)
  const conditions = {
    version: 1,
    match: 'all',
    items: [{ field: 'officeLocation', operator: 'is', value: 'Atlantis' }],
  } as const
  await saveSettings(product.ctx(), product.place, { conditions, version })
  const before = await rowCounts(product.database)
  await dana().command(`/datasync why ${name}`, 'C_EQUITY')
  const words = await shows('not in the plan?')
  expect(words).toContain('Office location is Atlantis')
  expect(words).toContain(`${office ?? 'empty'} · no`)
  expect(words).toContain('nobody has the work email')
  expect(words).toContain('Nothing is done: outside your conditions')
  expect(await rowCounts(product.database)).toEqual(before)
  expect(JSON.stringify(dana().messages('C_EQUITY'))).not.toContain(name)
  await saveSettings(product.ctx(), product.place, {
    conditions: { ...conditions, items: [] },
    version: version + 1,
  })
})

test('nobody by that name is said plainly, with a place to type another', async () => {
  await dana().command('/datasync why <!channel> %')
  expect(await shows('Nobody in HR matches “<!channel> %”')).not.toContain('Why is')
  await dana().fill({ blockId: 'search', actionId: 'search', value: someone().name })
  await dana().submit()
  await shows(`Why is ${someone().name} in the plan?`)
})

test('several people: whom do you mean; the one who is picked is explained in the same window', async () => {
  await dana().command('/datasync why acme')
  await shows('people match')
  expect(JSON.stringify(dana().modal()?.blocks)).toContain('"initial_value":"acme"')
  await dana().click({ actionId: 'why.open.turn' })
  await shows('in the plan?')
  expect(dana().modalDepth()).toBe(1)
})

test('no name asks for one', async () => {
  await dana().command('/datasync why')
  await shows('Type a name, an email or an employee number')
})

test('[Why?] is on a person of the preview and on a stakeholder', async () => {
  await dana().command('/datasync preview')
  await shows('To create')
  await dana().click({ actionId: 'preview.person' })
  await shows('will be created')
  await dana().click({ actionId: 'why.open' })
  await shows('in the plan?')
  while (dana().modal()) await dana().close()

  const { stakeholder_id } = await product.database.db
    .insertInto('stakeholder')
    .values({
      company_id: product.place.companyId,
      fields: JSON.stringify({ firstName: 'Zoë', lastName: 'Nowhere' }),
    })
    .returning('stakeholder_id')
    .executeTakeFirstOrThrow()
  const openZoe = async () => {
    await dana().command('/stakeholders Zoë Nowhere')
    await shows('Zoë Nowhere')
    await dana().click({ actionId: 'stakeholder.open' })
    await shows('First name')
    await dana().click({ actionId: 'why.open' })
  }
  await openZoe()
  await shows('Zoë Nowhere is matched to nobody in HR')
  while (dana().modal()) await dana().close()
  const { companyId, connectionId } = product.place
  await product.database.db
    .insertInto('link')
    .values({
      company_id: companyId,
      connection_id: connectionId,
      record_id: someone().record_id,
      stakeholder_id,
      base: '{}',
    } as never)
    .execute()
  await openZoe()
  expect(await shows('in the plan?')).toContain('stakeholder Zoë Nowhere, matched at an earlier sync')
})

test('of two stakeholders of one name who match, each is told apart', async () => {
  const { db, pool } = product.database
  const { name, record_id } = people.at(-1)!
  const { rows } = await pool.query(
    `select employee ->> 'workEmail' as email from cached_employee where record_id = $1`,
    [record_id],
  )
  const both = { firstName: 'Ana', lastName: 'Núñez', workEmail: rows[0].email }
  await seedStakeholder(db, product.place, { ...both, employeeNumber: 'E-104' })
  await seedStakeholder(db, product.place, { ...both, employeeNumber: 'E-221' })
  await dana().command(`/datasync why ${name}`)
  const words = await shows('in the plan?')
  expect(words).toContain('Ana Núñez (E-104)')
  expect(words).toContain('Ana Núñez (E-221)')
})

test('a button with ids of another company leads nowhere', async () => {
  const stranger = '11111111-1111-4111-8111-111111111111'
  for (const value of [`p:${stranger}:${someone().record_id}`, `s:${stranger}`, 'nonsense']) {
    const text = { type: 'plain_text', text: 'Why?' }
    const ts = await postAsApp(product.desk, 'C_EQUITY', [
      { type: 'actions', elements: [{ type: 'button', action_id: 'why.open', value, text }] },
    ])
    await dana().click({ where: 'message', channel: 'C_EQUITY', ts, actionId: 'why.open' })
    await until('an answer', () =>
      /no longer there|no such stakeholder|Type a name/.test(allText(dana().modal()?.blocks)),
    )
    expect(allText(dana().modal()?.blocks)).not.toContain(someone().name)
    await dana().close()
  }
})

test('the same person from two HR systems: each says where it is from', async () => {
  const { db } = product.database
  const { companyId } = product.place
  const { name } = someone()
  const [firstName = '', lastName = ''] = name.split(' ')
  const other = await seedConnectionOf(db, companyId, 'bamboohr')
  await seedCache(db, other, [person(1, { firstName, lastName })])
  await dana().command(`/datasync why ${name}`)
  expect(await shows('2 people match')).toMatch(/ · HiBob.+ · BambooHR| · BambooHR.+ · HiBob/)
})

test('with no HR system connected, that is said, and how to connect one, rather than that nobody matches', async () => {
  await product.database.db.updateTable('connection').set({ status: 'removed' }).execute()
  for (const line of ['/datasync why', `/datasync why ${someone().name}`]) {
    await dana().command(line)
    expect(await shows('No HR system is connected yet.')).toContain('Connect one with /datasync connect.')
    expect(allText(dana().modal()?.blocks)).not.toContain('Nobody in HR matches')
    await dana().close()
  }
})
