import type { WebClient } from '@slack/web-api'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { isFullMember, ONLY_ADMINS } from '../../src/bot/admins.ts'
import type { Request } from '../../src/bot/request.ts'
import { requireOwnCompany, requireSupport } from '../../src/bot/support.ts'
import { listConnectionFields } from '../../src/db/connection-fields.ts'
import { getSettings } from '../../src/sync/settings.ts'
import { labels } from './support/fixtures.ts'
import { postAsApp, privateWords, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

type Product = Awaited<ReturnType<typeof startConnected>>
const SUPPORT = 'C_EQUITY'
const EQUIPMENT = 'custom.category_1711886930001'

/** What a person does and sees, on either product. */
function at(product: () => Product) {
  const person = (userId: string) => product().desk.as(userId)
  const shows = (words: string, userId = 'U_DANA') => windowWith(product().desk, userId, words)
  const blocks = () => (person('U_DANA').modal()?.blocks ?? []) as { block_id: string }[]
  const asking = () => blocks().find(({ block_id }) => block_id.startsWith('ask:'))?.block_id ?? ''
  return {
    dana: () => person('U_DANA'),
    sam: () => person('U_SAM'),
    eli: () => person('U_ELI'),
    shows,
    asking,
    field: async (label: string) =>
      (await listConnectionFields(product().database.db, product().place)).find((it) => it.label === label)!,
    async openRequested() {
      await person('U_DANA').command('/datasync configure')
      await shows('Stakeholder identifier')
      await person('U_DANA').click({ actionId: 'requested.open' })
      await until('the window', () => person('U_DANA').modal()?.title.text === 'Requested HR fields')
    },
    async ask(typed: string) {
      const { options } = await person('U_DANA').suggest(asking(), 'requested.choice', typed)
      await person('U_DANA').fill({
        blockId: asking(),
        actionId: 'requested.choice',
        value: options[0]!.value,
      })
      await person('U_DANA').submit()
      return options
    },
    async closeAll() {
      for (const userId of ['U_DANA', 'U_SAM', 'U_ELI'])
        while (person(userId).modal()) await person(userId).close()
    },
  }
}

describe('with a support channel', () => {
  let product: Product
  beforeAll(async () => {
    product = await startConnected({ people: 40, settings: { SUPPORT_CHANNEL: SUPPORT } })
  })
  afterAll(() => product.close())
  const { ask, asking, closeAll, dana, eli, field, openRequested, sam, shows } = at(() => product)
  afterEach(closeAll)

  const cards = (label: string) =>
    eli()
      .messages(SUPPORT)
      .filter(({ blocks, visibleTo }) => visibleTo === null && allText(blocks).includes(label))
  const press = async (label: string, actionId: string, person = eli()) => {
    const { ts } = cards(label).at(-1)!
    return await person.click({ where: 'message', channel: SUPPORT, ts, actionId })
  }
  const told = () =>
    allText(
      dana()
        .messages()
        .map(({ blocks }) => blocks),
    )

  test('asked for, connected by somebody in the channel who is no admin, retrieved, and offered in Sync if', async () => {
    await openRequested()
    expect(allText(dana().modal()?.blocks)).toContain('No custom field of HiBob was asked for yet')
    const offered = await ask('shirt')
    expect(offered.map(({ text }) => text.text)).toEqual(['T-shirt size'])
    expect(await shows('Support was asked for')).toContain('Waiting for support · asked by <@U_DANA>')
    // The select starts anew, and what was asked for is not offered again.
    expect(dana().modal()?.state.values[asking()]).toMatchObject({
      'requested.choice': { selected_option: null },
    })
    expect((await dana().suggest(asking(), 'requested.choice', 'shirt')).options).toEqual([])

    await until('the card', () => cards('T-shirt size').length === 1)
    expect(allText(cards('T-shirt size')[0]!.blocks)).toContain('HiBob · Work · one of a list')
    await press('T-shirt size', 'field.connect')
    await until('the decision', () =>
      allText(cards('T-shirt size')[0]!.blocks).includes('Connected by <@U_ELI>'),
    )
    expect(labels(cards('T-shirt size')[0]!.blocks)).toEqual([])
    await until('the answer to Dana', () => told().includes('Connected by <@U_ELI>'))
    await until('the retrieval', async () => (await field('T-shirt size')).delivered === true)
    expect(cards('T-shirt size')).toHaveLength(1)

    await closeAll()
    await dana().command('/datasync configure')
    expect(await shows('Stakeholder identifier')).toContain('*1* connected')
    await dana().click({ actionId: 'configure.add' })
    await shows('complete the conditions')
    const row = dana()
      .modal()
      ?.blocks.map((block) => (block as { block_id: string }).block_id)
      .find((it) => /^c\d+:$/.test(it))
    const { options } = await dana().suggest(row ?? '', 'configure.field', 'shirt')
    expect(options.map(({ text }) => text.text)).toEqual(['T-shirt size'])
  })

  test('declined: nothing is read, and both windows and Dana are told by whom', async () => {
    await openRequested()
    await ask('cost')
    await until('the card', () => cards('Cost centre').length === 1)
    await press('Cost centre', 'field.decline', sam())
    await until('the decision', () =>
      allText(cards('Cost centre')[0]!.blocks).includes('Declined by <@U_SAM>'),
    )
    await until('the answer to Dana', () => told().includes('Declined by <@U_SAM>'))
    await closeAll()
    await openRequested()
    await shows('Declined by <@U_SAM>')
    const { catalogue } = await getSettings(product.database.db, product.place)
    expect([...catalogue.values()].map(({ label }) => label)).not.toContain('Cost centre')
  })

  test('the second of two who decide is told what the first one did', async () => {
    await openRequested()
    await ask('probation')
    await until('the card', () => cards('Probation ends').length === 1)
    const buttons = structuredClone(cards('Probation ends')[0]!.blocks)
    await press('Probation ends', 'field.decline', sam())
    await until('the decision', () => allText(cards('Probation ends')[0]!.blocks).includes('Declined'))
    const ts = await postAsApp(product.desk, SUPPORT, buttons as unknown[])
    await eli().click({ where: 'message', channel: SUPPORT, ts, actionId: 'field.connect' })
    await until('the refusal', () =>
      privateWords(product.desk, 'U_ELI', SUPPORT).some((it) =>
        it.includes('Nothing was changed. Declined by <@U_SAM>'),
      ),
    )
    expect(await field('Probation ends')).toMatchObject({ state: 'declined' })
  })

  test('nobody decides elsewhere than in the channel, admins included, nor a bot in it', async () => {
    await openRequested()
    await ask('badge')
    await until('the card', () => cards('Badge number').length === 1)
    const before = await field('Badge number')
    const blocks = structuredClone(cards('Badge number')[0]!.blocks) as unknown[]
    const ts = await postAsApp(product.desk, 'D_DANA', blocks)
    await dana().click({ where: 'message', channel: 'D_DANA', ts, actionId: 'field.connect' })
    await until('the refusal', () =>
      privateWords(product.desk, 'U_DANA', 'D_DANA').some((it) =>
        it.includes('Only support can decide this'),
      ),
    )
    // Nor by the button of a window that was drawn when there was no support.
    const text = { type: 'plain_text', text: 'Connect' }
    const own = { type: 'button', action_id: 'requested.connect', value: before.request_id, text }
    const other = await postAsApp(product.desk, 'D_DANA', [{ type: 'actions', elements: [own] }])
    await dana().click({
      where: 'message',
      channel: 'D_DANA',
      ts: other,
      actionId: 'requested.connect',
    })
    await shows('Support decides about this field')
    const user = seedUsers.find(({ id }) => id === 'U_ELI')!
    user.isBot = true
    try {
      await press('Badge number', 'field.connect')
      await until('the refusal', () =>
        privateWords(product.desk, 'U_ELI', SUPPORT).some((it) =>
          it.includes('Only support can decide this'),
        ),
      )
    } finally {
      user.isBot = false
    }
    expect(await field('Badge number')).toEqual(before)
  })

  test('taken back before anybody decided: the card says so and has no buttons', async () => {
    await openRequested()
    await ask('works from')
    await until('the card', () => cards('Works from home').length === 1)
    const { field_id } = await field('Works from home')
    await dana().click({ actionId: 'requested.remove', buttonValue: field_id })
    await shows('is not read any more')
    await until('the card', () =>
      allText(cards('Works from home')[0]!.blocks).includes('Taken out again by <@U_DANA>'),
    )
    expect(labels(cards('Works from home')[0]!.blocks)).toEqual([])
    expect(await field('Works from home')).toMatchObject({ state: 'listed' })
  })
})

describe('without a support channel', () => {
  let product: Product
  beforeAll(async () => {
    product = await startConnected({ people: 40 })
  })
  afterAll(() => product.close())
  const { ask, asking, closeAll, dana, field, openRequested, shows } = at(() => product)
  afterEach(async () => {
    await closeAll()
    product.hris.control.forbid(EQUIPMENT, false)
  })

  test('the admin who asks connects it, it is mapped beside it, and can be removed again', async () => {
    await openRequested()
    await ask('shirt')
    expect(await shows('is connected and is being retrieved')).toContain('comes with the next retrieval')
    await until('the retrieval', async () => (await field('T-shirt size')).delivered === true)
    await closeAll()

    await openRequested()
    await shows('not mapped to a stakeholder field')
    await dana().click({ actionId: 'configure.fields' })
    await shows('Map another HR field')
    const { options } = await dana().suggest('new_from', 'configure.unmapped', 'shirt')
    expect(options.map(({ text }) => text.text)).toEqual(['T-shirt size'])
    await dana().fill({ blockId: 'new_from', actionId: 'configure.unmapped', value: options[0]!.value })
    await dana().fill({ blockId: 'new_to', actionId: 'configure.new_to', value: 'Size' })
    await dana().submit()
    await shows('*Saved.*')
    const { mapping } = await getSettings(product.database.db, product.place)
    const { field_id } = await field('T-shirt size')
    expect(mapping.custom).toMatchObject([{ from: field_id, to: 'Size', owner: 'hr', mayClear: false }])
    await closeAll()

    await openRequested()
    await shows('mapped to Size')
    await dana().click({ actionId: 'requested.remove', buttonValue: field_id })
    await shows('is not read any more')
    expect(await field('T-shirt size')).toMatchObject({ state: 'listed' })
    expect((await getSettings(product.database.db, product.place)).mapping.custom).toEqual([])
  })

  test('a field that nobody came with: Configure and Home say what is probably missing, and where', async () => {
    product.hris.control.forbid(EQUIPMENT, true)
    await openRequested()
    await ask('badge')
    await until('the retrieval', async () => (await field('Badge number')).delivered === false)
    await closeAll()
    const sentence =
      /“Badge number” came for nobody, probably for a missing permission\. In Bob, open .+ tick View for Equipment/
    await openRequested()
    expect(allText(dana().modal()?.blocks)).toMatch(sentence)
    await dana().close()
    expect(allText(dana().modal()?.blocks)).toMatch(sentence)
    await dana().openHome()
    await until('Home', () => sentence.test(allText(dana().home()?.blocks)))
  })

  test('somebody who is no admin any more is offered nothing, and cannot ask', async () => {
    await openRequested()
    const user = seedUsers.find(({ id }) => id === 'U_DANA')!
    const { options } = await dana().suggest(asking(), 'requested.choice', 'cost')
    await dana().fill({ blockId: asking(), actionId: 'requested.choice', value: options[0]!.value })
    user.isAdmin = false
    try {
      expect((await dana().suggest(asking(), 'requested.choice', '')).options).toEqual([])
      await dana().submit()
      await shows(ONLY_ADMINS)
    } finally {
      user.isAdmin = true
    }
    expect(await field('Cost centre')).toMatchObject({ state: 'listed' })
  })
})

describe('a click on a card', () => {
  const request = (over: Partial<Request> = {}) =>
    ({
      teamId: 'T1',
      userId: 'U1',
      companyId: 'company-1',
      origin: { in: 'message', channelId: 'C1', ts: '1.1', ephemeral: false },
      slack: {
        users: { info: async () => ({ ok: true, user: { id: 'U1', team_id: over.teamId ?? 'T1' } }) },
      },
      ...over,
    }) as unknown as Request
  const NOT_ALLOWED = { code: 'not_allowed' }

  test('counts from the very channel in the very workspace only', async () => {
    const here = { teamId: null, channelId: 'C1' }
    const theirs = { teamId: 'T9', channelId: 'C1' }
    await requireSupport(request(), here)
    await requireSupport(request({ teamId: 'T9' }), theirs)
    await expect(requireSupport(request(), theirs)).rejects.toMatchObject(NOT_ALLOWED)
    await expect(requireSupport(request(), { ...here, channelId: 'C2' })).rejects.toMatchObject(NOT_ALLOWED)
    await expect(requireSupport(request({ origin: { in: 'home' } }), here)).rejects.toMatchObject(NOT_ALLOWED)
    await expect(requireSupport(request(), null)).rejects.toMatchObject({ message: ONLY_ADMINS })
  })

  test("a workspace of support's own decides for every company, any other only for itself", () => {
    const here = { teamId: null, channelId: 'C1' }
    requireOwnCompany(request(), here, 'company-1')
    requireOwnCompany(request(), { ...here, teamId: 'T9' }, 'company-2')
    for (const support of [here, null]) {
      expect(() => requireOwnCompany(request(), support, 'company-2')).toThrow('Only support')
    }
  })
})

test('support is whoever is a full member of that workspace: no guest, no stranger, nobody deactivated', async () => {
  const ask = (over: object) => {
    const user = { id: 'U1', team_id: 'T1', ...over }
    const slack = { users: { info: async () => ({ ok: true, user }) } } as unknown as WebClient
    return isFullMember(slack, 'T1', 'U1')
  }
  expect(await ask({})).toBe(true)
  for (const other of [
    { is_restricted: true },
    { is_ultra_restricted: true },
    { team_id: 'T2' },
    { deleted: true },
    { is_bot: true },
  ]) {
    expect(await ask(other)).toBe(false)
  }
})
