import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_PERSONIO } from '../../demo/hris/server.ts'
import { findConnection, listConnections } from '../../src/db/connections.ts'
import { openCredentials } from '../../src/sync/connections.ts'
import { type Browser, createBrowser } from './browser.ts'
import { PUBLIC_URL, type Service, startService } from './service.ts'

const WRONG_TOKEN = 'wrong-token-never-to-be-seen'

let service: Service
let browser: Browser
let right: { serviceUserId: string; token: string }

beforeAll(async () => {
  service = await startService()
  const { id, token } = service.hris.credentials
  right = { serviceUserId: id, token }
})
afterAll(() => service.close())
beforeEach(async () => {
  await service.startOver()
  browser = createBrowser(service.app)
})

const rowsOf = async (table: string) => (await service.database.pool.query(`select * from ${table}`)).rows

async function claimed(): Promise<string> {
  const { path } = await service.newLink()
  await browser.claim(path)
  return path
}

async function accepted(): Promise<string> {
  const path = await claimed()
  await browser.post(`${path}/credentials`, right)
  return path
}

test('what the HR system has no field for is not said to work, and fields without categories have no heading', async () => {
  const { path } = await service.newLink({ provider: 'personio' })
  await browser.claim(path)
  const { location } = await browser.post(`${path}/credentials`, { ...DEMO_PERSONIO })
  const { html } = await browser.get(location!)
  expect(html).toMatch(
    /<h2>What works<\/h2>.+First name, last name.+office location, legal entity,.+end date\./s,
  )
  expect(html).not.toMatch(/country/i)
  expect(html).toContain('Badge number')
  expect(html).not.toContain('Without a category')
})

describe('the whole way', () => {
  test('from the link to a connection in use, with the secret sealed and never shown', async () => {
    const { path } = await service.newLink()
    const seen: string[] = []
    const visit = async (answer: ReturnType<Browser['get']>) => {
      const { html, ...rest } = await answer
      seen.push(html)
      return { html, ...rest }
    }
    expect((await visit(browser.get(path))).html).toContain('I am an admin')
    expect((await visit(browser.post(`${path}/claim`))).location).toBe(`${path}/data`)
    expect((await visit(browser.get(`${path}/data`))).html).toContain('What will be read')
    expect((await visit(browser.get(`${path}/credentials`))).html).toContain('New service user')
    const connected = await visit(browser.post(`${path}/credentials`, right))
    expect(connected).toMatchObject({ status: 303, location: expect.stringContaining(`${path}/finish?`) })
    expect(connected.location).not.toContain(right.token)
    expect((await visit(browser.get(connected.location!))).html).toMatch(/\d+ people can be read/)
    expect((await visit(browser.post(`${path}/finish`))).location).toBe(`${path}/done`)
    expect((await visit(browser.get(`${path}/done`))).html).toContain('Done. Slack has the rest.')

    const [connection] = await listConnections(service.database.db, service.companyId)
    expect(connection!.sealed_credentials!.includes(right.token)).toBe(false)
    expect(openCredentials(service.context(), connection!)).toEqual(right)
    expect(await rowsOf('retrieval')).toMatchObject([
      { status: 'queued', connection_id: connection!.connection_id },
    ])
    const token = path.split('/').at(-1)!
    expect(service.logged()).toContain('/connect/:token/credentials')
    for (const secret of [
      right.token,
      Buffer.from(`${right.serviceUserId}:${right.token}`).toString('base64'),
      token,
    ]) {
      expect(service.logged()).not.toContain(secret)
    }
    for (const html of seen) expect(html).not.toContain(right.token)
  })

  test('pressing anything twice is harmless', async () => {
    const { path } = await service.newLink()
    await browser.get(path)
    const claims = await Promise.all([browser.post(`${path}/claim`), browser.post(`${path}/claim`)])
    expect(claims.map(({ location }) => location)).toEqual([`${path}/data`, `${path}/data`])
    const connects = await Promise.all([
      browser.post(`${path}/credentials`, right),
      browser.post(`${path}/credentials`, right),
    ])
    expect(connects.map(({ status }) => status)).toEqual([303, 303])
    const finishes = await Promise.all([browser.post(`${path}/finish`), browser.post(`${path}/finish`)])
    expect(finishes.map(({ location }) => location)).toEqual([`${path}/done`, `${path}/done`])
    expect((await browser.post(`${path}/finish`)).location).toBe(`${path}/done`)
    expect((await browser.post(`${path}/credentials`, right)).location).toBe(`${path}/done`)
    expect(await rowsOf('connection')).toHaveLength(1)
    expect(await rowsOf('retrieval')).toHaveLength(1)
  })

  test('no page can be opened before its turn', async () => {
    const { path } = await service.newLink()
    await browser.get(path)
    for (const step of ['data', 'credentials', 'finish', 'done']) {
      expect((await browser.get(`${path}/${step}`)).location).toBe(path)
    }
    await browser.post(`${path}/claim`)
    expect((await browser.get(`${path}/finish`)).location).toBe(`${path}/credentials`)
    expect((await browser.post(`${path}/finish`)).location).toBe(`${path}/credentials`)
    expect((await browser.post(`${path}/check`)).location).toBe(`${path}/credentials`)
    expect((await browser.get(`${path}/done`)).location).toBe(path)
    expect(await rowsOf('connection')).toEqual([])
  })
})

describe('credentials that do not work', () => {
  test('a wrong key: the reason is at the field, what is not secret stays, nothing is stored', async () => {
    const path = await claimed()
    const before = await rowsOf('link_session')
    const { status, html } = await browser.post(`${path}/credentials`, {
      serviceUserId: 'SERVICE-<mine>',
      token: WRONG_TOKEN,
    })
    expect(status).toBe(422)
    expect(html).toContain('<title>Problem: ')
    expect(html).toMatch(/id="credential-token-problem"><strong class="wrong">HiBob did not accept/)
    expect(inputOf(html, 'token')).toContain(
      'aria-describedby="credential-token-problem credential-token-hint"',
    )
    expect(inputOf(html, 'token')).toContain('aria-invalid="true"')
    expect(inputOf(html, 'token')).toContain('value=""')
    expect(inputOf(html, 'serviceUserId')).toContain('value="SERVICE-&lt;mine&gt;"')
    expect(html).toContain('href="#credential-token"')
    expect(html).not.toContain(WRONG_TOKEN)
    expect(service.logged()).not.toContain(WRONG_TOKEN)
    expect(await rowsOf('connection')).toEqual([])
    expect(await rowsOf('link_session')).toEqual(before)
  })

  test('a field left blank or of the wrong shape: told at once, and HR is not asked', async () => {
    const path = await claimed()
    const asked = JSON.stringify(service.hris.control.state().requests)
    const blank = await browser.post(`${path}/credentials`, { serviceUserId: '  ' })
    expect(blank.status).toBe(422)
    expect(blank.html).toContain('Service user ID is missing.')
    expect(blank.html).toContain('Token is missing.')
    const odd = await browser.post(`${path}/credentials`, {
      serviceUserId: 'has a space',
      token: right.token,
    })
    expect(odd.status).toBe(422)
    expect(odd.html).toContain('The ID has no spaces')
    expect(odd.html).not.toContain(right.token)
    expect(JSON.stringify(service.hris.control.state().requests)).toBe(asked)
    expect(await rowsOf('connection')).toEqual([])
  })

  test('HR is down: said above the form and not at a field, and trying again works', async () => {
    const path = await claimed()
    service.hris.control.addFault({ kind: 'unavailable', on: 'any' })
    const down = await browser.post(`${path}/credentials`, right)
    expect(down.status).toBe(422)
    expect(down.html).toMatch(/role="alert"[\s\S]*HiBob is out of service/)
    expect(down.html).not.toContain('aria-invalid="true"')
    expect(inputOf(down.html, 'serviceUserId')).toContain(`value="${right.serviceUserId}"`)
    expect(down.html).not.toContain(right.token)
    expect(await rowsOf('connection')).toEqual([])
    service.hris.control.clearFaults()
    expect((await browser.post(`${path}/credentials`, right)).status).toBe(303)
  })

  test('a space pasted along with them does no harm', async () => {
    const path = await claimed()
    const pasted = { serviceUserId: ` ${right.serviceUserId}\t`, token: `${right.token}\n` }
    expect((await browser.post(`${path}/credentials`, pasted)).status).toBe(303)
    const [row] = await rowsOf('connection')
    const connection = await findConnection(service.database.db, service.companyId, row.connection_id)
    expect(openCredentials(service.context(), connection!)).toEqual(right)
  })
})

test('what is missing is named with where to grant it, and checking again sees it granted', async () => {
  const path = await claimed()
  service.hris.control.forbid('home')
  const { location } = await browser.post(`${path}/credentials`, right)
  const missing = await browser.get(location!)
  expect(missing.html).toContain('What is missing')
  expect(missing.html).toMatch(/Personal email<\/th><td role="cell">[^<]*Permission groups[^<]*Home/)
  service.hris.control.forbid('home', false)
  const checked = await browser.post(`${path}/check`)
  expect(checked.status).toBe(303)
  const complete = await browser.get(checked.location!)
  expect(complete.html).not.toContain('What is missing')
  expect(complete.html).toContain('personal email')

  service.hris.control.addFault({ kind: 'unavailable', on: 'any' })
  const down = await browser.post(`${path}/check`)
  expect(down.status).toBe(422)
  expect(down.html).toContain('HiBob is out of service')
  expect(down.html).toContain('Finish Setup')
})

describe('a link that does not open', () => {
  test('in another browser, once somebody said "I am an admin"', async () => {
    const { path } = await service.newLink()
    const other = createBrowser(service.app)
    await other.get(path)
    await browser.claim(path)
    await browser.post(`${path}/credentials`, right)
    const before = await rowsOf('link_session')
    for (const step of ['', '/data', '/credentials', '/finish']) {
      const { status, html } = await other.get(`${path}${step}`)
      expect(status).toBe(403)
      expect(html).toContain('open in another browser')
    }
    for (const step of ['/claim', '/credentials', '/check', '/finish']) {
      expect((await other.post(`${path}${step}`, right)).status).toBe(403)
    }
    expect(await rowsOf('link_session')).toEqual(before)
    expect(await rowsOf('retrieval')).toEqual([])
    expect((await browser.get(`${path}/data`)).status).toBe(200)
  })

  test('after it has expired, even half way through, and then nothing is stored', async () => {
    const { path } = await service.newLink()
    service.wait(16)
    const unclaimed = await browser.get(path)
    expect(unclaimed.status).toBe(410)
    expect(unclaimed.html).toContain('This link has expired')
    expect(unclaimed.html).toContain('/datasync connect')

    const half = await claimed()
    service.wait(30)
    expect((await browser.get(`${half}/credentials`)).status).toBe(200)
    service.wait(31)
    expect((await browser.post(`${half}/credentials`, right)).status).toBe(410)
    expect((await browser.post(`${half}/claim`)).status).toBe(410)
    expect(await rowsOf('connection')).toEqual([])
  })

  test('after it has been used, except for whoever used it', async () => {
    const path = await accepted()
    await browser.post(`${path}/finish`)
    expect((await browser.get(path)).location).toBe(`${path}/done`)
    const other = await createBrowser(service.app).get(path)
    expect(other.status).toBe(410)
    expect(other.html).toContain('This link has been used')
    service.wait(100)
    expect((await browser.get(`${path}/done`)).status).toBe(200)
  })

  test('when nobody knows it', async () => {
    const { path } = await service.newLink()
    for (const unknown of [
      `/connect/${'A'.repeat(43)}`,
      '/connect/short',
      `${path}x`,
      `/connect/${'A'.repeat(43)}/data`,
    ]) {
      const { status, html } = await browser.get(unknown)
      expect(status).toBe(404)
      expect(html).toContain('This link is not known')
      expect(html).toContain('/datasync connect')
    }
    await browser.claim(path)
    const nothing = await browser.get(`${path}/nothing-here`)
    expect(nothing.status).toBe(404)
    expect(nothing.html).toContain('There is nothing at this address.')
  })

  test('when the browser keeps no cookies', async () => {
    const { path } = await service.newLink()
    const { status, html } = await browser.post(`${path}/claim`)
    expect(status).toBe(400)
    expect(html).toContain('cookie')
    expect((await rowsOf('link_session'))[0].browser_hash).toBeNull()
  })
})

describe('against misuse', () => {
  test('a form sent from another site is refused, and nothing happens', async () => {
    const { path } = await service.newLink()
    await browser.get(path)
    for (const origin of ['https://evil.example', 'null', 'https://rollcall.example.evil.example']) {
      const { status, html } = await browser.post(`${path}/claim`, {}, origin)
      expect(status).toBe(403)
      expect(html).toContain('sent from another site')
    }
    expect((await rowsOf('link_session'))[0].browser_hash).toBeNull()
    const own = await accepted()
    expect((await browser.post(`${own}/finish`, {}, 'https://evil.example')).status).toBe(403)
    expect(await rowsOf('retrieval')).toEqual([])
  })

  test('the cookie is for this link only, out of reach of scripts and of plain HTTP', async () => {
    const { path } = await service.newLink()
    const cookie = (await browser.get(path)).headers.get('Set-Cookie')!
    expect(cookie).toContain(`Path=${path}`)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('Secure')
    expect(cookie).toContain('SameSite=Lax')
    expect((await browser.get(path)).headers.get('Set-Cookie')).toBeNull()
    const secret = /rollcall_link=([^;]+)/.exec(cookie)![1]!
    await browser.post(`${path}/claim`)
    const { rows } = await service.database.pool.query('select link_session::text as whole from link_session')
    expect(rows[0].whole).not.toContain(secret)
  })

  test('pages are not cached, framed or scripted, and load our style sheet only', async () => {
    const path = await claimed()
    const { headers, html } = await browser.get(`${path}/credentials`)
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(html).not.toMatch(/<script|<style| style=| on[a-z]+=/)
    const href = /<link rel="stylesheet" href="([^"]+)">/.exec(html)![1]!
    const style = await service.app.request(`${PUBLIC_URL}${href}`)
    expect(style.headers.get('Cache-Control')).toContain('immutable')
    expect(style.headers.get('Content-Type')).toContain('text/css')
    expect((await style.text()).split('\n').length).toBeLessThan(200)
  })

  test('a form larger than any credentials is not read', async () => {
    const path = await claimed()
    const { status, html } = await browser.post(`${path}/credentials`, {
      ...right,
      token: 'x'.repeat(140_000),
    })
    expect(status).toBe(400)
    expect(html).toContain('too large')
    expect(await rowsOf('connection')).toEqual([])
  })
})

test('a failure of ours is a calm page with a reference that is also in the log', async () => {
  const path = await claimed()
  await service.database.pool.query('alter table connection add constraint refuses check (false)')
  try {
    const { status, html, headers } = await browser.post(`${path}/credentials`, right)
    expect(status).toBe(500)
    const reference = headers.get('X-Request-Id')!
    expect(html).toContain(reference)
    expect(html).toContain('Something went wrong on our side')
    expect(html).not.toContain('refuses')
    expect(service.logged()).toContain(reference)
    expect(service.logged()).not.toContain(right.token)
  } finally {
    await service.database.pool.query('alter table connection drop constraint refuses')
  }
})

function inputOf(html: string, name: string): string {
  return new RegExp(`<input id="credential-${name}"[^>]*>`).exec(html)?.[0] ?? ''
}
