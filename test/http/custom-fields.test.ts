import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttpApp } from '../../src/http/app.ts'
import { createProviders } from '../../src/sync/context.ts'
import type { CatalogueField } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { type Browser, createBrowser } from './browser.ts'
import { ADMIN, PUBLIC_URL, type Service, startService } from './service.ts'

/** "Map additional fields" on the last page of the linking window. */

let service: Service
let browser: Browser

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())
beforeEach(async () => {
  await service.startOver()
  browser = createBrowser(service.app)
})

const rowsOf = async (query: string) => (await service.database.pool.query(query)).rows
const fieldsIn = async (state: string) =>
  (await rowsOf(`select label from connection_field where state = '${state}' order by label`)).map(
    ({ label }) => label,
  )
const ticksIn = (html: string) => [
  ...html.matchAll(/<input type="checkbox" name="customField" value="([^"]+)"/g),
]
const idOf = (html: string, label: string) =>
  new RegExp(`name="customField" value="([^"]+)"(?: checked)?><span>${label} `).exec(html)?.[1] ?? ''

type Options = {
  catalogue?: (() => Promise<readonly CatalogueField[]>) | null
  hasSupport?: boolean
  connectionId?: string
}

/** As far as the last page. @param catalogue in place of HiBob's own; `null`: it has none */
async function lastPage({ catalogue, hasSupport = false, connectionId }: Options = {}) {
  const { catalogue: own, ...rest } = hibob
  const provider = catalogue === null ? rest : { ...rest, catalogue: catalogue ?? own }
  const providers = createProviders([provider], { hibob: service.hris.hibobUrl })
  const app = createHttpApp({
    makeContext: (actor) => ({ ...service.context(actor), providers }),
    config: {
      publicUrl: PUBLIC_URL,
      apiToken: null,
      slackApiUrl: null,
      supportChannel: hasSupport ? { teamId: null, channelId: 'C0SUPPORT' } : null,
    },
    handle: service.database,
    log: service.context().log,
    worker: null,
  })
  browser = createBrowser(app)
  const { path } = await service.newLink(connectionId === undefined ? {} : { connectionId })
  await browser.claim(path)
  const { id: serviceUserId, token } = service.hris.credentials
  const { location } = await browser.post(`${path}/credentials`, { serviceUserId, token })
  return { path, address: location!, html: (await browser.get(location!)).html }
}

const named = (id: string, more: Partial<CatalogueField> = {}): CatalogueField => ({
  id,
  label: id,
  type: 'text',
  category: null,
  choices: [],
  deprecated: false,
  ...more,
})

describe('what is offered', () => {
  test('is what the HR system lists besides the standard fields, by category, with the type; nothing is ticked', async () => {
    const { html } = await lastPage()
    expect(html).toMatch(/<h2 id="fields">Map additional fields<\/h2>/)
    for (const words of [
      'T-shirt size <span class="small">one of a list',
      'Badge number <span class="small">number',
    ])
      expect(html).toContain(words)
    expect(html).toMatch(
      /<div role="group" aria-labelledby="category-0">\n<p class="hint" id="category-0">\S/,
    )
    expect(html).not.toMatch(/<input type="checkbox"[^>]* checked/)
    expect(html).not.toContain('Work email <span')
    expect(await fieldsIn('connected')).toEqual([])
    expect(await rowsOf('select 1 from retrieval')).toEqual([])
  })

  test('is text, never markup, and what the vendor advises against is left out', async () => {
    const listed = [
      named('a"><b>', { label: '<i>Size</i>', category: 'R&D' }),
      named('old', { deprecated: true }),
    ]
    const { html } = await lastPage({ catalogue: async () => listed })
    expect(html).toContain('value="a&quot;&gt;&lt;b&gt;"><span>&lt;i&gt;Size&lt;/i&gt;')
    expect(html).toContain('R&amp;D')
    expect(ticksIn(html)).toHaveLength(1)
  })

  test('may be four hundred, of which every one can be ticked at once', async () => {
    const listed = Array.from({ length: 400 }, (_, n) =>
      named(`/work/customColumns/column_${'0'.repeat(60)}${n}`),
    )
    const { html, path } = await lastPage({ catalogue: async () => listed })
    expect(ticksIn(html)).toHaveLength(400)
    const all = listed.map(({ id }): [string, string] => ['customField', id])
    expect((await browser.post(`${path}/finish`, all)).location).toBe(`${path}/done`)
    expect(await fieldsIn('connected')).toHaveLength(400)
  })

  test('of other credentials in the same window replaces what those before listed', async () => {
    const lists = [[named('sandbox')], [named('production')]]
    const { path } = await lastPage({ catalogue: async () => lists.shift() ?? [] })
    const { id: serviceUserId, token } = service.hris.credentials
    const { location } = await browser.post(`${path}/credentials`, { serviceUserId, token })
    const { html } = await browser.get(location!)
    expect(html).toContain('production')
    expect(html).not.toContain('sandbox')
  })
})

describe('what is ticked', () => {
  test('is connected at once where there is no support, in the name of who connects, and the rest is not', async () => {
    const { html, path } = await lastPage()
    expect(html).toContain('They come from HiBob with the first retrieval.')
    const finished = await browser.post(`${path}/finish`, { customField: idOf(html, 'T-shirt size') })
    expect(finished.location).toBe(`${path}/done`)
    expect(await fieldsIn('connected')).toEqual(['T-shirt size'])
    expect(await fieldsIn('requested')).toEqual([])
    const [row] = await rowsOf(
      "select requested_by, decided_in from connection_field where state = 'connected'",
    )
    expect(row).toEqual({ requested_by: { kind: 'slack', userId: ADMIN }, decided_in: 'T0ACME' })
    expect(await rowsOf('select 1 from retrieval')).toHaveLength(1)
  })

  test('becomes a request where support decides, and support is told', async () => {
    const { html, path } = await lastPage({ hasSupport: true })
    expect(html).toContain('Support connects them, or declines, and Slack tells you.')
    const ids = ['T-shirt size', 'Badge number'].map((label): [string, string] => [
      'customField',
      idOf(html, label),
    ])
    await browser.post(`${path}/finish`, ids)
    expect(await fieldsIn('requested')).toEqual(['Badge number', 'T-shirt size'])
    expect(await fieldsIn('connected')).toEqual([])
    const told = await rowsOf("select payload->>'subject' as subject from graphile_worker._private_jobs")
    const requests = await rowsOf("select request_id from connection_field where state = 'requested'")
    for (const { request_id } of requests) expect(told).toContainEqual({ subject: `field:${request_id}` })
  })

  test('and not listed is refused: nothing is asked for, nothing is finished, and the other ticks stay', async () => {
    const { address, html, path } = await lastPage()
    const size = idOf(html, 'T-shirt size')
    for (const made of ['no.such.field', 'root.email', '']) {
      const ids: [string, string][] = [
        ['customField', size],
        ['customField', made],
      ]
      const refused = await browser.post(address, ids)
      expect(refused.status).toBe(422)
      expect(refused.html).toContain('HiBob does not list every field that was ticked.')
      expect(refused.html).toContain('<title>Problem: ')
      expect(refused.html).toContain(`value="${size}" checked>`)
      expect(refused.html.match(/ checked>/g)).toHaveLength(1)
    }
    expect(await rowsOf('select status from connection')).toEqual([{ status: 'removed' }])
    expect(await fieldsIn('connected')).toEqual([])
    expect(await rowsOf('select 1 from retrieval')).toEqual([])
    expect((await browser.post(`${path}/finish`, { customField: size })).location).toBe(`${path}/done`)
  })

  test('stays ticked while the webhook secret is corrected', async () => {
    const { address, html } = await lastPage()
    const size = idOf(html, 'T-shirt size')
    const wrong = await browser.post(address, { customField: size, webhookSecret: 'has a space' })
    expect(wrong.status).toBe(422)
    expect(wrong.html).toContain('The secret has')
    expect(wrong.html).toContain(`value="${size}" checked>`)
    expect(await fieldsIn('connected')).toEqual([])
  })

  test('from another site, or in another browser, is nothing', async () => {
    const { html, path } = await lastPage()
    const ticked = { customField: idOf(html, 'T-shirt size') }
    expect((await browser.post(`${path}/finish`, ticked, 'https://evil.example')).status).toBe(403)
    expect((await createBrowser(service.app).post(`${path}/finish`, ticked)).status).toBe(403)
    expect(await fieldsIn('connected')).toEqual([])
  })
})

test('nothing ticked is skipped: the setup is finished and no field is asked for', async () => {
  const { html, path } = await lastPage()
  expect(html).toMatch(/<a class="way" href="#after-fields">Skip for now<\/a>/)
  expect((await browser.post(`${path}/finish`)).location).toBe(`${path}/done`)
  expect(await rowsOf('select status from connection')).toEqual([{ status: 'active' }])
  expect((await fieldsIn('listed')).length).toBeGreaterThan(2)
  expect([...(await fieldsIn('connected')), ...(await fieldsIn('requested'))]).toEqual([])
})

describe('without a list', () => {
  const failing = () => Promise.reject(new Error('no list today'))

  test.each([
    [
      'because the HR system has none',
      null,
      'HiBob has no list of its custom fields: after the first retrieval',
    ],
    ['because it failed', failing, 'HiBob did not say just now which custom fields it has: after the first'],
    ['because it is empty', async () => [], 'HiBob lists no custom field that could be asked for.'],
  ])('%s, that is said in a sentence, and the setup is finished', async (_, catalogue, sentence) => {
    const { html, path } = await lastPage({ catalogue })
    expect(html).toContain(sentence)
    expect(ticksIn(html)).toEqual([])
    expect(html).toContain('people can be read')
    expect((await browser.post(`${path}/finish`)).location).toBe(`${path}/done`)
    expect(await rowsOf('select status from connection')).toEqual([{ status: 'active' }])
  })

  test('because it failed, checking again brings it', async () => {
    let fails = true
    const catalogue = () => (fails ? failing() : Promise.resolve([named('size')]))
    const { html, path } = await lastPage({ catalogue })
    expect(html).toContain('Check again')
    fails = false
    const { location } = await browser.post(`${path}/check`)
    const checked = await browser.get(location!)
    expect(ticksIn(checked.html)).toHaveLength(1)
    expect(checked.html).not.toContain('Check again')
  })
})

test('reconnecting offers what nobody asked for, and leaves alone what is in use', async () => {
  const first = [named('used', { label: 'Used' }), named('free', { label: 'Free' })]
  const { path } = await lastPage({ catalogue: async () => first })
  await browser.post(`${path}/finish`, { customField: 'used' })
  const [{ connection_id: connectionId }] = await rowsOf('select connection_id from connection')
  const later = [named('used', { label: 'Renamed', type: 'number' }), named('new', { label: 'New' })]
  const { html } = await lastPage({ catalogue: async () => later, connectionId })
  expect(ticksIn(html).map(([, id]) => id)).toEqual(['new'])
  const kept = await rowsOf('select field_id, label, type, state from connection_field order by field_id')
  expect(kept).toEqual([
    { field_id: 'new', label: 'New', type: 'text', state: 'listed' },
    { field_id: 'used', label: 'Used', type: 'text', state: 'connected' },
  ])
})
