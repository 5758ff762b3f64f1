import type { WebClient } from '@slack/web-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { isWorkspaceAdmin, ONLY_ADMINS } from '../../src/bot/admins.ts'
import { screenListeners } from '../../src/bot/screens/index.ts'
import { postAsApp, privateWords, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected()
})
afterAll(() => product.close())

const nothing = async () => undefined
const listeners = screenListeners({
  publicUrl: '',
  supportChannel: null,
  announce: nothing,
  publishHome: nothing,
})
const actions = listeners.flatMap((it) => (it.on === 'action' ? [it] : []))

test.each(actions.map(({ id, step }) => [id, step.answer] as const))(
  'somebody who is no admin is refused, and told so privately: %s',
  async (id, answer) => {
    const { desk, database, place } = product
    const eli = desk.as('U_ELI')
    const before = await rowCounts(database)
    const text = { type: 'plain_text', text: 'Press' }
    const value = `${place.connectionId}:create`
    const button = { type: 'button', action_id: id, value, text }
    const ts = await postAsApp(desk, 'C_EQUITY', [{ type: 'actions', elements: [button] }])
    const heard = privateWords(desk, 'U_ELI').length
    const { ok } = await eli.click({ where: 'message', channel: 'C_EQUITY', ts, actionId: id })
    expect(ok).toBe(true)
    if (answer === 'message') {
      await until('the refusal', () => privateWords(desk, 'U_ELI').length > heard)
      expect(privateWords(desk, 'U_ELI').at(-1)).toContain(ONLY_ADMINS)
    } else {
      expect(await windowWith(desk, 'U_ELI', ONLY_ADMINS)).not.toMatch(/HiBob|\d/)
      await eli.close()
    }
    expect(await rowCounts(database)).toEqual(before)
  },
)

test.each([
  '',
  ' connect',
  ' configure',
  ' why acme',
  ' preview',
  ' sync',
  ' retrieve',
  ' status',
  ' history',
  ' undo',
])('/datasync%s is refused too', async (words) => {
  const { desk, database } = product
  const before = await rowCounts(database)
  const heard = privateWords(desk, 'U_ELI').length
  await desk.as('U_ELI').command(`/datasync${words}`, 'C_EQUITY')
  const answered = () =>
    [...privateWords(desk, 'U_ELI').slice(heard), allText(desk.as('U_ELI').modal()?.blocks)].join(' ')
  await until('the refusal', () => answered().includes(ONLY_ADMINS))
  expect(answered()).not.toContain('HiBob')
  expect(await rowCounts(database)).toEqual(before)
  if (desk.as('U_ELI').modal()) await desk.as('U_ELI').close()
})

test('/stakeholders shows nobody to somebody who is no admin', async () => {
  await product.desk.as('U_ELI').command('/stakeholders')
  expect(await windowWith(product.desk, 'U_ELI', ONLY_ADMINS)).not.toContain('Open')
  await product.desk.as('U_ELI').close()
})

test('Home shows no number to somebody who is no admin, and is not published again for them', async () => {
  const { desk, database } = product
  await desk.as('U_ELI').openHome()
  await until('Home', () => desk.as('U_ELI').home() !== null)
  expect(allText(desk.as('U_ELI').home()?.blocks)).not.toMatch(/HiBob|\d/)
  const viewers = await database.db.selectFrom('home_viewer').select('slack_user_id').execute()
  expect(viewers.map((it) => it.slack_user_id)).not.toContain('U_ELI')
})

test('everybody may ask for help', async () => {
  const heard = privateWords(product.desk, 'U_ELI').length
  await product.desk.as('U_ELI').command('/datasync help', 'C_EQUITY')
  await until('help', () => privateWords(product.desk, 'U_ELI').length > heard)
  expect(privateWords(product.desk, 'U_ELI').at(-1)).toContain('/datasync preview')
})

test.each([
  ['connect', '/datasync connect', 'Connect your HR system'],
  ['preview', '/datasync preview', 'To create'],
  ['stakeholders', '/stakeholders', 'stakeholders'],
])('a right taken away while a window is open is gone at its submit: %s', async (_id, command, shown) => {
  const { desk, database } = product
  const before = await rowCounts(database)
  await desk.as('U_SAM').command(command)
  await windowWith(desk, 'U_SAM', shown)
  if (command === '/datasync connect') {
    await desk.as('U_SAM').fill({ actionId: 'connect.provider', value: 'hibob' })
  }
  const sam = seedUsers.find(({ id }) => id === 'U_SAM')!
  sam.isAdmin = false
  try {
    await desk.as('U_SAM').submit()
    await windowWith(desk, 'U_SAM', ONLY_ADMINS)
  } finally {
    sam.isAdmin = true
  }
  expect(await rowCounts(database)).toEqual(before)
  await desk.as('U_SAM').close()
})

test('somebody who is no admin any more loses an open Home at the next change', async () => {
  const { desk } = product
  await desk.as('U_SAM').openHome()
  await until('Home', () => allText(desk.as('U_SAM').home()?.blocks).includes('HiBob'))
  const sam = seedUsers.find(({ id }) => id === 'U_SAM')!
  sam.isAdmin = false
  try {
    await desk.as('U_DANA').command('/datasync retrieve')
    await until('Home to close', () => !/HiBob|\d/.test(allText(desk.as('U_SAM').home()?.blocks)))
  } finally {
    sam.isAdmin = true
  }
})

test('an admin of another workspace, a bot and a deactivated admin are nobody here', async () => {
  const admin = { id: 'U1', team_id: 'T1', is_admin: true }
  const ask = (user: object) =>
    isWorkspaceAdmin(
      { users: { info: async () => ({ ok: true, user }) } } as unknown as WebClient,
      'T1',
      'U1',
    )
  expect(await ask(admin)).toBe(true)
  expect(await ask({ ...admin, is_admin: false, is_owner: true })).toBe(true)
  expect(await ask({ ...admin, team_id: 'T2', enterprise_user: { teams: ['T1'] } })).toBe(true)
  for (const other of [{ team_id: 'T2' }, { deleted: true }, { is_bot: true }, { is_admin: false }]) {
    expect(await ask({ ...admin, ...other })).toBe(false)
  }
})
