import type { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_BAMBOOHR } from '../../demo/hris/server.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { createProviders } from '../../src/sync/context.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { BOB_SECRET, bobEvent } from '../support/webhooks.ts'
import { type Browser, createBrowser } from './browser.ts'
import { PUBLIC_URL, type Service, startService } from './service.ts'

let service: Service
let browser: Browser

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())
beforeEach(async () => {
  await service.startOver()
  await service.database.pool.query('truncate webhook, webhook_delivery')
  browser = createBrowser(service.app)
})

const rowsOf = async (query: string) => (await service.database.pool.query(query)).rows
const tasks = async () =>
  (await rowsOf('select task_identifier as task from graphile_worker.jobs'))
    .map(({ task }) => task)
    .toSorted()
const addressIn = (html: string) => /<input id="webhook-url" readonly value="([^"]+)">/.exec(html)?.[1] ?? ''

/** As far as the last page. */
async function accepted(connectionId?: string): Promise<{ path: string; html: string }> {
  const { path } = await service.newLink(connectionId === undefined ? {} : { connectionId })
  browser = createBrowser(service.app)
  await browser.claim(path)
  const { id: serviceUserId, token } = service.hris.credentials
  const { location } = await browser.post(`${path}/credentials`, { serviceUserId, token })
  const { html } = await browser.get(location!)
  return { path, html }
}

const deliver = (address: string, secret = BOB_SECRET) => {
  const { body, headers } = bobEvent(secret)
  return service.app.request(address, { method: 'POST', body, headers })
}

describe('a vendor that is set up by hand', () => {
  test('is told the address, the secret is brought back, and from then on it is heard', async () => {
    const { path, html } = await accepted()
    const address = addressIn(html)
    expect(address).toMatch(new RegExp(`^${PUBLIC_URL}/webhooks/hibob/[\\w-]{43}$`))
    expect(html).toMatch(/<strong>Webhooks<\/strong>/)
    const ping = await service.app.request(address, { method: 'POST', body: '"Ping test"' })
    expect(ping.status).toBe(200)
    expect((await deliver(address)).status).toBe(401)

    const finished = await browser.post(`${path}/finish`, { webhookSecret: ` ${BOB_SECRET}\n` })
    expect(finished.location).toBe(`${path}/done`)
    expect((await deliver(address)).status).toBe(200)
    expect(await tasks()).toEqual(['announce', 'retrieve'])
    expect(await rowsOf('select 1 from retrieval')).toHaveLength(1)
  })

  test('keeps hook and secret sealed, and the secret out of pages and logs', async () => {
    const { path, html } = await accepted()
    const hook = addressIn(html).split('/').at(-1)!
    await browser.post(`${path}/finish`, { webhookSecret: BOB_SECRET })
    const [row] = await rowsOf('select sealed, w::text as whole, connection_id from webhook w')
    expect(row.whole).not.toContain(hook)
    for (const secret of [hook, BOB_SECRET]) {
      expect(row.sealed.includes(secret)).toBe(false)
      expect(service.logged()).not.toContain(secret)
    }
    const again = await accepted(row.connection_id)
    expect(again.html).toContain('A secret is stored.')
    expect(again.html).not.toContain(BOB_SECRET)
  })

  test('left out stays deaf, and the setup is finished all the same', async () => {
    const { path, html } = await accepted()
    expect((await browser.post(`${path}/finish`, { webhookSecret: '' })).location).toBe(`${path}/done`)
    expect(await rowsOf('select status from connection')).toEqual([{ status: 'active' }])
    expect((await deliver(addressIn(html), '')).status).toBe(401)
    expect(await rowsOf('select 1 from webhook_delivery')).toEqual([])
  })

  test('has its address and its secret for good: reconnecting changes neither', async () => {
    const { path, html } = await accepted()
    await browser.post(`${path}/finish`, { webhookSecret: BOB_SECRET })
    const [{ connection_id }] = await rowsOf('select connection_id from connection')
    const again = await accepted(connection_id)
    expect(addressIn(again.html)).toBe(addressIn(html))
    await browser.post(`${again.path}/finish`)
    expect((await deliver(addressIn(html))).status).toBe(200)
    await accepted(connection_id).then(({ path: last }) =>
      browser.post(`${last}/finish`, { webhookSecret: 'a-newer-secret' }),
    )
    expect((await deliver(addressIn(html))).status).toBe(401)
    expect((await deliver(addressIn(html), 'a-newer-secret')).status).toBe(200)
  })

  test('is told at the field what is wrong with a secret, and nothing is stored or finished', async () => {
    const { path, html } = await accepted()
    const finish = `${path}/finish?people=40&unread=`
    expect(html).toContain(`action="${finish.replace('people=40&unread=', 'unread=&amp;people=40')}"`)
    const refused = await browser.post(finish, { webhookSecret: 'has a space' })
    expect(refused.status).toBe(422)
    expect(refused.html).toContain('<title>Problem: ')
    expect(refused.html).toMatch(/id="credential-webhookSecret-problem"><strong class="wrong">The secret has/)
    expect(refused.html).toContain('href="#credential-webhookSecret"')
    expect(refused.html).toContain('40 people can be read')
    expect(refused.html).not.toContain('has a space')
    expect(await tasks()).toEqual([])
    expect(await rowsOf('select status from connection')).toEqual([{ status: 'removed' }])
    expect((await deliver(addressIn(html), 'has a space')).status).toBe(401)
  })
})

describe('without https', () => {
  /** The last page, of an app that is not reached over https. @param urls in place of the vendors' own */
  async function lastPage(urls: Record<string, string>): Promise<string> {
    let app = service.app
    browser = createBrowser({ request: (url, init) => app.request(url, init) } as Hono)
    const { path } = await service.newLink()
    await browser.claim(path)
    const { id: serviceUserId, token } = service.hris.credentials
    await browser.post(`${path}/credentials`, { serviceUserId, token })
    const providers = createProviders(PROVIDERS, urls)
    app = createHttpApp({
      makeContext: (actor) => ({ ...service.context(actor), providers }),
      config: {
        publicUrl: 'http://rollcall.example',
        apiToken: null,
        slackApiUrl: null,
        supportChannel: null,
      },
      handle: service.database,
      log: service.context().log,
      worker: null,
    })
    return (await browser.get(`${path}/finish`)).html
  }

  test('no vendor can send, so that is said in place of steps that cannot work', async () => {
    const html = await lastPage({})
    expect(html).toContain('HiBob only sends to https addresses, and Rollcall is at http://rollcall.example.')
    expect(html).toContain('PUBLIC_URL')
    expect(addressIn(html)).toBe('')
    expect(html).not.toContain('webhookSecret')
    expect(html).toContain('Finish Setup')
    expect(await rowsOf('select 1 from webhook')).toEqual([])
  })

  test('a rehearsal HR system can', async () => {
    const html = await lastPage({ hibob: service.hris.hibobUrl })
    expect(addressIn(html)).toMatch(/^http:\/\/rollcall\.example\/webhooks\/hibob\//)
  })
})

test('a vendor that can be asked is asked once the setup is finished, and there is nothing to do by hand', async () => {
  const { path } = await service.newLink({ provider: 'bamboohr' })
  await browser.claim(path)
  const { location } = await browser.post(`${path}/credentials`, { ...DEMO_BAMBOOHR })
  const { html } = await browser.get(location!)
  expect(html).toContain('BambooHR will be asked to tell Rollcall of changes')
  expect(addressIn(html)).toBe('')
  expect(await tasks()).toEqual([])
  await browser.post(`${path}/finish`)
  expect(await tasks()).toEqual(['announce', 'register-webhook', 'retrieve'])
})
