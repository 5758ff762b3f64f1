import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { ONLY_ADMINS } from '../../src/bot/admins.ts'
import type { ConditionTree } from '../../src/sync/core/conditions.ts'
import { DEFAULT_LIMITS } from '../../src/sync/core/guard.ts'
import {
  getCompanyLimits,
  getSettings,
  saveLimits,
  saveSettings,
  stampOfLimits,
} from '../../src/sync/settings.ts'
import { postAsApp, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 40 })
})
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const sam = () => product.desk.as('U_SAM')
const shows = (words: string, userId = 'U_DANA') => windowWith(product.desk, userId, words)
const settings = () => getSettings(product.database.db, product.place)
const officeIs = (...values: string[]): ConditionTree => ({
  version: 1,
  match: 'all',
  items: [{ field: 'officeLocation', operator: 'is_any_of', values }],
})

beforeEach(async () => {
  const { db } = product.database
  await db
    .updateTable('sync_settings')
    .set({
      conditions: JSON.stringify({ version: 1, match: 'all', items: [] }),
      mapping: JSON.stringify({ version: 1, fields: {}, custom: [] }),
      identifier: 'workEmail',
    })
    .execute()
  await db
    .updateTable('sync_settings')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .execute()
  await db.updateTable('company').set({ limits: '{}' }).execute()
})
afterEach(async () => {
  for (const person of [dana(), sam()]) while (person.modal()) await person.close()
})

const blocks = (person = dana()) => (person.modal()?.blocks ?? []) as { block_id: string; type: string }[]
const blockOf = (prefix: string, person = dana()) =>
  blocks(person).find(({ block_id }) => block_id.startsWith(prefix))?.block_id ?? ''
const entered = (prefix: string, person = dana()) => person.modal()?.state.values[blockOf(prefix, person)]

async function open(person = dana()) {
  await person.command('/datasync configure')
  await shows('Stakeholder identifier', person.user.id)
}

/** Adds a row and picks its field; answers the key of the row. */
async function addQuery(label: string, person = dana()): Promise<string> {
  const before = blocks(person).map(({ block_id }) => block_id)
  await person.click({ actionId: 'configure.add', buttonValue: undefined as never })
  await until('a new row', () =>
    blocks(person).some(({ block_id }) => /^c\d+:$/.test(block_id) && !before.includes(block_id)),
  )
  const block = blocks(person).find(
    ({ block_id }) => /^c\d+:$/.test(block_id) && !before.includes(block_id),
  )!.block_id
  const key = /^c(\d+):/.exec(block)![1]!
  const { options } = await person.suggest(block, 'configure.field', label)
  await person.fill({ blockId: block, actionId: 'configure.field', value: options[0]!.value })
  await until('the comparison', () => blockOf(`c${key}:`, person) !== `c${key}:`)
  return key
}

async function pick(key: string, typed: string, person = dana()) {
  const block = blockOf(`v${key}:`, person)
  const { options } = await person.suggest(block, 'configure.choice', typed)
  await person.fill({
    blockId: block,
    actionId: 'configure.choice',
    value: options.slice(0, 1).map(({ value }) => value),
  })
  return options
}

test('from Home: a condition with a value from the cache is counted, looked at, saved, and changes the plan at once', async () => {
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('will be created'))
  const register = await rowCounts(product.database)
  await dana().click({ where: 'home', actionId: 'configure.open' })
  expect(await shows('There are no conditions')).toMatch(/Right now: .+ people match \(as saved\)/)
  const key = await addQuery('office loc')
  expect(await shows('complete the conditions')).not.toContain('Right now: *')
  const options = await pick(key, '')
  expect(options.length).toBeGreaterThan(1)
  const n = Number(/^(\d+) /.exec(options[0]?.description?.text ?? '')?.[1])
  await shows(`Right now: *${n}* of`)
  const stored = await settings()
  await dana().click({ actionId: 'configure.who' })
  expect(await shows('people go out')).toContain('*0* people come in')
  const names = () =>
    (dana().modal()?.blocks ?? []).flatMap((it) =>
      'accessory' in it && it.type === 'section' ? [it.text?.text ?? ''] : [],
    )
  const first = names()
  expect(first).toHaveLength(10)
  await dana().click({ actionId: 'configure.who_page.next' })
  expect(await shows('Go out: 11-20')).not.toContain(first[0])
  expect(names().every((name) => !first.includes(name))).toBe(true)
  await dana().click({ actionId: 'configure.who_page.back' })
  await shows('Go out: 1-10')
  expect(names()).toEqual(first)
  await dana().click({ actionId: 'why.open' })
  expect(await shows(`Why would ${first[0]?.split('\n')[0]} not be in the plan?`)).toMatch(
    /They are not saved.+Sync if, not saved.+Office location.+ no.+So, once saved/,
  )
  await dana().close()
  await dana().close()
  expect(await settings()).toEqual(stored)

  await dana().submit()
  expect(await shows('*Saved.*')).toMatch(
    new RegExp(`\\*${n}\\* of \\*\\d+\\* people in HR now meet your conditions \\(\\d+ fewer than before\\)`),
  )
  expect((await settings()).conditions).toEqual(officeIs(options[0]!.value))
  await until('Home to follow', () => allText(dana().home()?.blocks).includes(`*${n}* meet`))
  expect(await rowCounts(product.database)).toEqual(register)
})

/** **See who** of a window that was opened on these conditions, which somebody took back meanwhile. */
async function openWho(conditions: ConditionTree) {
  const save = async (tree: ConditionTree) =>
    saveSettings(product.ctx(), product.place, { conditions: tree, version: (await settings()).version })
  await save(conditions)
  await open()
  await save({ version: 1, match: 'all', items: [] })
  await dana().click({ actionId: 'configure.recount' })
  await shows('fewer than saved')
  await dana().click({ actionId: 'configure.who' })
  await shows('people go out')
}
const draftOnScreen = (): string => JSON.parse(dana().modal()?.private_metadata ?? '{}').draftId

test('conditions of any length are paged through and explained, and the window remembers no more than their id', async () => {
  const field = 'jobTitle'
  const long = (): string[] => Array.from({ length: 100 }, () => randomUUID())
  await openWho({
    version: 1,
    match: 'all',
    items: [
      { field, operator: 'is_none_of', values: long() },
      { field, operator: 'is_none_of', values: long() },
      { field, operator: 'is', value: 'Nobody has this' },
    ],
  })
  expect(dana().modal()?.private_metadata).toBe(JSON.stringify({ draftId: draftOnScreen(), side: 'out' }))
  const seen = new Set<string>()
  const count = Number(/\*(\d+)\* people go out/.exec(allText(dana().modal()?.blocks))?.[1])
  for (let from = 1; ; from += 10) {
    await shows(`Go out: ${from}-`)
    for (const block of dana().modal()?.blocks ?? [])
      if (block.type === 'section' && 'accessory' in block) seen.add(block.text?.text ?? '')
    if (from + 10 > count) break
    await dana().click({ actionId: 'configure.who_page.next' })
  }
  expect(seen.size).toBe(count)
  expect(count).toBeGreaterThan(20)
  await dana().click({ actionId: 'why.open' })
  expect(await shows('not be in the plan?')).toContain('Job title is Nobody has this')
  expect((await settings()).conditions?.items).toEqual([])
})

test('unsaved conditions that are no longer kept: said plainly, on the next page and at Why', async () => {
  await openWho(officeIs('Atlantis'))
  await product.database.db.deleteFrom('condition_draft').execute()
  const before = await settings()
  for (const actionId of ['configure.who_page.next', 'why.open']) {
    await dana().click({ actionId })
    expect(await shows('no longer kept')).toMatch(
      /Nothing was changed\. The saved conditions still hold\. Go back to Configure and press See who again\./,
    )
    await dana().close()
  }
  expect(await settings()).toEqual(before)
  await dana().close()
  await dana().click({ actionId: 'configure.who' })
  await shows('people go out')
})

test('a colleague who presses the same button sees nothing of them', async () => {
  await openWho(officeIs('Atlantis'))
  const whys = blocks().flatMap((it) => ('accessory' in it ? [it.accessory as { value: string }] : []))
  const ts = await postAsApp(product.desk, 'C_EQUITY', [
    {
      type: 'actions',
      elements: [
        { ...whys[0], type: 'button', action_id: 'why.open', text: { type: 'plain_text', text: 'Why?' } },
      ],
    },
  ])
  const press = { where: 'message', channel: 'C_EQUITY', ts, actionId: 'why.open' } as const
  await sam().click(press)
  expect(await shows('no longer kept', 'U_SAM')).not.toMatch(/Atlantis|Why would/)
  while (dana().modal()) await dana().close()
  await dana().click(press)
  await shows('Office location is any of Atlantis')
})

test('typed but not yet counted values stay when rows and groups are added and removed', async () => {
  await open()
  const title = await addQuery('job title')
  dana().setQuietly({ blockId: blockOf(`v${title}:`), actionId: 'configure.value', value: 'Engineer <b>' })
  const start = await addQuery('start date')
  await dana().fill({ blockId: blockOf(`v${start}:`), actionId: 'configure.value', value: '2024-02-29' })
  await dana().click({ actionId: 'configure.add_group' })
  await shows('A group: people match')
  const group = blocks().find(({ block_id }) => /^c\d+:$/.test(block_id))!.block_id
  await dana().click({ actionId: 'configure.remove', buttonValue: /\d+/.exec(group)![0] })
  await until('the group to go', () => !allText(blocks()).includes('A group: people match'))
  expect(entered(`v${title}:`)).toMatchObject({ 'configure.value': { value: 'Engineer <b>' } })
  expect(entered(`v${start}:`)).toMatchObject({ 'configure.value': { selected_date: '2024-02-29' } })
  await dana().click({ actionId: 'configure.remove', buttonValue: start })
  await until('the row to go', () => blockOf(`c${start}:`) === '')
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).conditions?.items).toEqual([
    { field: 'jobTitle', operator: 'is', value: 'Engineer <b>' },
  ])
})

test('ANY within ALL: a group is saved as it is shown', async () => {
  await open()
  await dana().click({ actionId: 'configure.add_group' })
  await shows('A group: people match')
  const row = blocks().find(({ block_id }) => /^c\d+:$/.test(block_id))!.block_id
  const { options } = await dana().suggest(row, 'configure.field', 'department')
  await dana().fill({ blockId: row, actionId: 'configure.field', value: options[0]!.value })
  const key = /\d+/.exec(row)![0]
  await until('the comparison', () => blockOf(`v${key}:`) !== '')
  const [department] = await pick(key, '')
  await shows('Right now: *')
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).conditions).toEqual({
    version: 1,
    match: 'all',
    items: [
      { match: 'any', items: [{ field: 'department', operator: 'is_any_of', values: [department!.value] }] },
    ],
  })
})

test('what cannot be used is said at its field, and nothing is saved', async () => {
  const before = await settings()
  await open()
  const key = await addQuery('start date')
  await dana().click({ blockId: blockOf(`c${key}:`), actionId: 'configure.operator', value: 'between' })
  await until('two dates', () => blockOf(`v${key}:dates:1`) !== '')
  await dana().fill({ blockId: blockOf(`v${key}:dates:0`), actionId: 'configure.value', value: '2025-01-01' })
  await dana().fill({ blockId: blockOf(`v${key}:dates:1`), actionId: 'configure.value', value: '2024-01-01' })
  const { errors } = await dana().submit()
  expect(errors).toEqual({
    [blockOf(`v${key}:dates:0`)]: 'Start date: the first value lies after the second.',
  })
  expect(dana().modal()?.title.text).toBe('Configure')
  expect(await settings()).toEqual(before)
})

test('a value that nobody has yet can be typed; of statuses only those there are', async () => {
  await open()
  const key = await addQuery('country')
  const options = await pick(key, 'Atlantis')
  expect(options).toEqual([
    expect.objectContaining({
      value: 'Atlantis',
      description: expect.objectContaining({ text: 'Nobody has this now' }),
    }),
  ])
  await shows('Right now: *0* of')
  const status = await addQuery('employment status')
  expect(
    (await dana().suggest(blockOf(`v${status}:`), 'configure.choice', '')).options
      .map(({ value }) => value)
      .toSorted(),
  ).toEqual(['active', 'leave', 'left', 'onboarding', 'unknown'])
  expect((await dana().suggest(blockOf(`v${status}:`), 'configure.choice', 'Atlantis')).options).toEqual([])
})

test('a long value that nobody has is not offered, and saved it is not either: both say what to do', async () => {
  const before = await settings()
  await open()
  const key = await addQuery('office loc')
  const long = (words: string) => `${words} ${'of a very long name '.repeat(5)}`.trim()
  const options = await pick(key, long('Atlantis'))
  expect(options.map(({ text, description }) => [text.text, description?.text])).toEqual([
    ['Nobody has this, and it is too long for this menu', 'Compare by “contains” or “starts with” instead'],
  ])
  await shows('complete the conditions')
  const { errors } = await dana().submit()
  expect(errors).toEqual({
    [blockOf(`v${key}:`)]: expect.stringMatching(/could not be found in HR\. Take it out .+“starts with”\.$/),
  })
  expect(dana().modal()?.title.text).toBe('Configure')
  expect(await settings()).toEqual(before)
})

test('a long value that left HR between pick and Save is refused at its row, and nothing is saved', async () => {
  const { db } = product.database
  const long = `Hall ${'of a very long name '.repeat(5)}`.trim()
  const rename = (from: string, to: string) =>
    db
      .updateTable('cached_employee')
      .set({ employee: sql`jsonb_set(employee, '{officeLocation}', to_jsonb(${to}::text))` })
      .where(sql`employee ->> 'officeLocation'`, '=', from)
      .execute()
  await open()
  const key = await addQuery('office loc')
  const [first] = (await dana().suggest(blockOf(`v${key}:`), 'configure.choice', '')).options
  await rename(first!.value, long)
  const [picked] = await pick(key, 'of a very')
  expect(picked?.value).toMatch(/^#/)
  await shows('Right now: *')
  await rename(long, first!.value)
  const before = await settings()
  const { errors } = await dana().submit()
  expect(errors).toEqual({ [blockOf(`v${key}:`)]: expect.stringContaining('could not be found in HR') })
  expect(await settings()).toEqual(before)
})

test('what HR lists and nobody has can be chosen, however long it is, and is saved as it is', async () => {
  const { db } = product.database
  const { companyId, connectionId } = product.place
  const long = `Hat with ${'a very long name '.repeat(6)}`.trim()
  await db
    .insertInto('connection_field')
    .values({
      company_id: companyId,
      connection_id: connectionId,
      field_id: 'hat',
      label: 'Hat',
      type: 'choice',
      state: 'connected',
      listed_at: new Date(),
      request_id: randomUUID(),
      choices: JSON.stringify(['Cap', long]),
    })
    .execute()
  await open()
  const key = await addQuery('hat')
  const all = (await dana().suggest(blockOf(`v${key}:`), 'configure.choice', '')).options
  expect(all.map(({ description }) => description?.text)).toEqual(Array(2).fill('Nobody has this now'))
  expect(await pick(key, 'with a very')).toHaveLength(2)
  await shows('Right now: *0* of')
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).conditions?.items).toMatchObject([{ field: 'custom:hat', values: [long] }])
  await db.deleteFrom('connection_field').where('field_id', '=', 'hat').execute()
})

test('somebody else saved meanwhile: said plainly, what was entered is still there, and nothing is overwritten unseen', async () => {
  await open(sam())
  const key = await addQuery('job title', sam())
  sam().setQuietly({ blockId: blockOf(`v${key}:`, sam()), actionId: 'configure.value', value: 'Designer' })
  const { version } = await settings()
  await saveSettings(product.ctx(), product.place, { conditions: officeIs('London'), version })
  await sam().submit()
  await shows('Somebody else saved these settings while you had them open', 'U_SAM')
  expect((await settings()).conditions).toEqual(officeIs('London'))
  expect(entered(`v${key}:`, sam())).toMatchObject({ 'configure.value': { value: 'Designer' } })
  await sam().submit()
  await shows('*Saved.*', 'U_SAM')
  expect((await settings()).conditions?.items).toMatchObject([{ field: 'jobTitle', value: 'Designer' }])
})

test('a condition whose field is gone: Home says so and leads to Configure, where its row says why', async () => {
  await product.database.db
    .updateTable('sync_settings')
    .set({
      conditions: JSON.stringify({
        version: 1,
        match: 'all',
        items: [{ field: 'custom:gone', operator: 'is', value: 'M' }],
      }),
    })
    .execute()
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('can no longer be used'))
  expect(allText(dana().home()?.blocks)).toMatch(/“gone” is no longer there.+retrieved <!date/)
  const told = () =>
    dana()
      .messages()
      .filter(({ text }) => text.includes('read from HiBob')).length
  const toldBefore = told()
  await dana().command('/datasync retrieve')
  await until('a retrieval to be announced all the same', () => told() > toldBefore)
  await dana().command('/datasync configure')
  expect(await shows('“gone” is no longer there')).toContain('complete the conditions')
  const { errors } = await dana().submit()
  expect(Object.values(errors)).toEqual([
    'The field “gone” is no longer there. Choose another field or remove this condition.',
  ])
  await dana().click({ actionId: 'configure.fields' })
  await shows('HR may clear')
  await dana().click({ blockId: 'o:phone', actionId: 'configure.owner', value: 'register' })
  await dana().submit()
  expect(await shows('*Saved.*')).toMatch(/There is no plan while .+ “gone” is no longer there/)
  await dana().close()
  await dana().click({ actionId: 'configure.remove' })
  await shows('There are no conditions')
  await dana().submit()
  expect(await shows('*Saved.*')).toMatch(/Everybody in HR is to be synced, .+: \*\d+\* people\./)
  await until('Home to follow', () => allText(dana().home()?.blocks).includes('Sync if has no conditions'))
  expect(allText(dana().home()?.blocks)).not.toContain('can no longer be used')
})

test('saved conditions that cannot be read: Home leads to Configure, which says so, starts empty and mends it', async () => {
  await product.database.db
    .updateTable('sync_settings')
    .set((eb) => ({ conditions: JSON.stringify({ version: 2, items: [] }), version: eb('version', '+', 1) }))
    .execute()
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('can no longer be used'))
  expect(allText(dana().home()?.blocks)).toContain('cannot be read. Open Configure')
  await dana().click({ where: 'home', actionId: 'configure.open' })
  const opened = await shows('The saved conditions cannot be read.')
  expect(opened).toContain('Until you save new ones nothing is synced')
  expect(opened).toMatch(/people match. The saved conditions cannot be used at the moment/)
  const key = await addQuery('office loc')
  const [office] = await pick(key, '')
  expect(await shows('Right now: *')).toContain('The saved conditions cannot be read.')
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).conditions).toEqual(officeIs(office!.value))
  await until('Home to follow', () => !allText(dana().home()?.blocks).includes('can no longer be used'))
})

test('conditions that cannot be read give way to none only when that is saved', async () => {
  const unreadable = JSON.stringify({ version: 2, items: [] })
  await product.database.db.updateTable('sync_settings').set({ conditions: unreadable }).execute()
  await open()
  await shows('Saved like this, everybody in HiBob is synced.')
  expect((await settings()).conditions).toBeNull()
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).conditions?.items).toEqual([])
})

test('another identifier is saved, and says that matched people stay matched', async () => {
  await open()
  await dana().fill({ actionId: 'configure.identifier', value: 'employeeNumber' })
  await until('the figures', () => /people have? one|person has one/.test(allText(blocks())))
  await dana().submit()
  expect(await shows('*Saved.*')).toContain(
    'Employee number is the stakeholder identifier now; people who are matched stay matched',
  )
  expect((await settings()).identifier).toBe('employeeNumber')
  await dana().close()
  await open()
  await dana().submit()
  await shows('Nothing was changed')
})

test('owners are saved field by field beside an open Configure, which can still be saved after', async () => {
  await open()
  const key = await addQuery('job title')
  dana().setQuietly({ blockId: blockOf(`v${key}:`), actionId: 'configure.value', value: 'Designer' })
  await dana().click({ actionId: 'configure.fields' })
  await shows('HR may clear')
  await dana().click({ blockId: 'o:jobTitle', actionId: 'configure.owner', value: 'register' })
  await dana().click({ blockId: 'o:phone', actionId: 'configure.owner', value: 'hr_clear' })
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).mapping).toEqual({
    version: 1,
    fields: { jobTitle: { owner: 'register', mayClear: false }, phone: { owner: 'hr', mayClear: true } },
    custom: [],
  })
  await dana().close()
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).conditions?.items).toMatchObject([{ value: 'Designer' }])
  expect((await settings()).mapping.fields.jobTitle?.owner).toBe('register')
})

test('a custom field is mapped to a stakeholder field, which has one source only, and taken away again', async () => {
  const { db } = product.database
  const { companyId, connectionId } = product.place
  const field = (id: string) => ({ field_id: id, label: `T-shirt ${id}`, type: 'text' as const })
  const common = { company_id: companyId, connection_id: connectionId, state: 'connected' as const }
  await db
    .insertInto('connection_field')
    .values(
      ['size', 'shoe'].map((id) => ({
        ...common,
        ...field(id),
        listed_at: new Date(),
        request_id: randomUUID(),
      })),
    )
    .execute()
  const openFields = async () => {
    await open()
    await dana().click({ actionId: 'configure.fields' })
    await shows('Map another HR field')
  }
  const map = async (field: string, to: string) => {
    const { options } = await dana().suggest('new_from', 'configure.unmapped', field)
    await dana().fill({ blockId: 'new_from', actionId: 'configure.unmapped', value: options[0]!.value })
    await dana().fill({ blockId: 'new_to', actionId: 'configure.new_to', value: to })
    return await dana().submit()
  }
  await openFields()
  await map('size', 'Size')
  await shows('*Saved.*')
  const size = { from: 'size', to: 'Size', label: 'Size', owner: 'hr', mayClear: false }
  expect((await settings()).mapping.custom).toEqual([size])
  while (dana().modal()) await dana().close()
  await openFields()
  expect(
    (await dana().suggest('new_from', 'configure.unmapped', '')).options.map(({ value }) => value),
  ).toEqual(['shoe'])
  expect(Object.keys((await map('shoe', ' size ')).errors)).toEqual(['new_to'])
  expect((await settings()).mapping.custom).toEqual([size])
  while (dana().modal()) await dana().close()
  await openFields()
  await dana().click({ blockId: 'm:0', actionId: 'configure.owner', value: 'unmap' })
  await dana().submit()
  await shows('*Saved.*')
  expect((await settings()).mapping.custom).toEqual([])
})

test('limits are saved for the company, only where they differ, and never over those of somebody else', async () => {
  const limits = () => getCompanyLimits(product.database.db, product.place.companyId)
  const openLimits = async () => {
    await open()
    await dana().click({ actionId: 'configure.limits' })
    await shows('Of the two numbers the larger one counts')
    await shows('Changed emails: or percent of everybody linked or matched')
    await shows('Lost values of one field: or percent of everybody in HR')
  }
  const { version } = await settings()
  await openLimits()
  await dana().fill({ blockId: 'emails:absolute', actionId: 'configure.limit', value: '7' })
  await dana().fill({ blockId: 'names:percent', actionId: 'configure.limit', value: '12.5' })
  await dana().submit()
  await shows('Saved.')
  expect(await limits()).toEqual({
    ...DEFAULT_LIMITS,
    emails: { absolute: 7, percent: 2 },
    names: { absolute: 5, percent: 12.5 },
  })
  const { limits: stored } = await product.database.db
    .selectFrom('company')
    .select('limits')
    .executeTakeFirstOrThrow()
  expect(Object.keys(stored as object).toSorted()).toEqual(['emails', 'names'])
  expect((await settings()).version).toBe(version + 1)
  while (dana().modal()) await dana().close()

  await openLimits()
  const seen = await limits()
  const theirs = { ...seen, blanks: { absolute: 1, percent: 1 } }
  await saveLimits(product.ctx(), product.place.companyId, { limits: theirs, seen: stampOfLimits(seen) })
  await dana().fill({ blockId: 'emails:absolute', actionId: 'configure.limit', value: '9' })
  await dana().submit()
  await shows('Somebody else changed the limits')
  expect(await limits()).toEqual(theirs)
})

test('somebody who is no admin any more is offered no value, and cannot save', async () => {
  await open(sam())
  const key = await addQuery('office loc', sam())
  const block = blockOf(`v${key}:`, sam())
  expect((await sam().suggest(block, 'configure.choice', '')).options.length).toBeGreaterThan(0)
  const before = await settings()
  const user = seedUsers.find(({ id }) => id === 'U_SAM')!
  user.isAdmin = false
  try {
    expect((await sam().suggest(block, 'configure.choice', '')).options).toEqual([])
    const row = blockOf(`c${key}:`, sam())
    expect((await sam().suggest(row, 'configure.field', '')).options).toEqual([])
    await sam().click({ actionId: 'configure.remove' })
    await shows(ONLY_ADMINS, 'U_SAM')
    await sam().close()
    await sam().submit()
  } finally {
    user.isAdmin = true
  }
  expect(await settings()).toEqual(before)
})
