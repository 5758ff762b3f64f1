import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listConnections } from '../../src/db/connections.ts'
import { acceptCredentials, finishLinking } from '../../src/sync/connections.ts'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { findLinkSession } from '../../src/sync/link-sessions.ts'
import { runRetrieval } from '../../src/sync/retrieve.ts'
import { API_TOKEN, PUBLIC_URL, type Service, startService } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ apiToken: API_TOKEN })
})
afterAll(() => service.close())
beforeEach(() => service.startOver())

function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers({ Authorization: `Bearer ${API_TOKEN}` })
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
  return Promise.resolve(service.app.request(`${PUBLIC_URL}${path}`, { ...init, headers }))
}
// biome-ignore lint/suspicious/noExplicitAny: what comes back is what the test looks into
const json = async (response: Response | Promise<Response>): Promise<any> => (await response).json()

async function connect(): Promise<{ connectionId: string; retrievalId: string }> {
  const { token } = await service.newLink()
  const session = (await findLinkSession(service.context(), token))!
  const { id, token: secret } = service.hris.credentials
  await acceptCredentials(service.context(), session, { serviceUserId: id, token: secret })
  return finishLinking(service.context(), session)
}

async function connectAndRetrieve() {
  const ids = await connect()
  await runRetrieval(service.context(), { companyId: service.companyId, ...ids }, () => undefined)
  return ids
}

describe('the token', () => {
  test.each([
    ['none', {}],
    ['another one', { Authorization: 'Bearer something-else' }],
    ['one that begins alike', { Authorization: `Bearer ${API_TOKEN}x` }],
    ['another scheme', { Authorization: `Basic ${API_TOKEN}` }],
  ])('%s: 401, and nothing happens', async (_, headers) => {
    const { connectionId } = await connect()
    const before = (await service.database.pool.query('select * from retrieval')).rows
    for (const [method, path] of [
      ['POST', `/api/connections/${connectionId}/retrieve`],
      ['GET', '/api/stakeholders'],
      ['GET', '/api/nothing'],
    ] as const) {
      const response = await service.app.request(`${PUBLIC_URL}${path}`, { method, headers })
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await response.text()).not.toContain(API_TOKEN)
    }
    expect((await service.database.pool.query('select * from retrieval')).rows).toEqual(before)
  })

  test('that nobody has set switches the API off and says how to switch it on', async () => {
    const off = await startService()
    try {
      for (const headers of [{}, { Authorization: 'Bearer ' }, { Authorization: 'Bearer null' }]) {
        const response = await off.app.request(`${PUBLIC_URL}/api/stakeholders`, { headers })
        expect(response.status).toBe(401)
        expect(await json(response)).toMatchObject({
          status: 401,
          remedy: expect.stringContaining('Set API_TOKEN'),
        })
      }
    } finally {
      await off.close()
    }
  })
})

describe('retrieving', () => {
  test('is asked for by POST and answered with where to look', async () => {
    const { connectionId, retrievalId } = await connect()
    const response = await request(`/api/connections/${connectionId}/retrieve`, { method: 'POST' })
    expect(response.status).toBe(202)
    expect(response.headers.get('Location')).toBe(`/api/retrievals/${retrievalId}`)
    expect(await json(response)).toEqual({ retrievalId, joined: true })
    const found = await json(request(response.headers.get('Location')!))
    expect(found).toMatchObject({ retrievalId, connectionId, status: 'queued', error: null })

    await runRetrieval(service.context(), { companyId: service.companyId, retrievalId }, () => undefined)
    expect(await json(request(`/api/retrievals/${retrievalId}`))).toMatchObject({
      status: 'complete',
      peopleRead: expect.any(Number),
      counts: { added: expect.any(Number), vanished: 0 },
    })
    const next = await json(request(`/api/connections/${connectionId}/retrieve`, { method: 'POST' }))
    expect(next.joined).toBe(false)
    const { rows } = await service.database.pool.query(
      'select actor from retrieval where retrieval_id = $1',
      [next.retrievalId],
    )
    expect(rows[0].actor).toEqual({ kind: 'api' })
  })

  test('of what is unknown, removed or another company’s is 404, and asks for nothing', async () => {
    const { connectionId } = await connect()
    await service.database.pool.query("insert into company (slack_team_id, name) values ('T0OTHER', 'Other')")
    await service.database.pool.query('delete from retrieval')
    const attempts = [
      `/api/connections/${crypto.randomUUID()}/retrieve?company=T0ACME`,
      `/api/connections/${connectionId}/retrieve?company=T0OTHER`,
      `/api/connections/${connectionId}/retrieve?company=T0NOBODY`,
    ]
    for (const path of attempts) {
      const response = await request(path, { method: 'POST' })
      expect(response.status).toBe(404)
      expect(await json(response)).toMatchObject({ code: 'not_found' })
    }
    await removeConnection(service.context(), service.companyId, connectionId)
    expect(
      (await request(`/api/connections/${connectionId}/retrieve?company=T0ACME`, { method: 'POST' })).status,
    ).toBe(404)
    expect((await service.database.pool.query('select * from retrieval')).rows).toEqual([])
  })
})

describe('the preview', () => {
  test('before anything was retrieved says so', async () => {
    const { connectionId } = await connect()
    const response = await request(`/api/connections/${connectionId}/preview`)
    expect(response.status).toBe(409)
    expect((await json(response)).remedy).toContain('/retrieve')
  })

  test('comes page by page, each change once', async () => {
    const { connectionId } = await connectAndRetrieve()
    const first = await json(request(`/api/connections/${connectionId}/preview?limit=7`))
    expect(first.plan).toMatchObject({
      connectionId,
      status: 'open',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(first.items).toHaveLength(7)
    const ordinals: number[] = []
    for (let next: string | null = ''; next !== null; ) {
      const from: string = next === '' ? '' : `&next=${next}`
      const page = await json(request(`/api/connections/${connectionId}/preview?limit=7${from}`))
      expect(page.plan.planId).toBe(first.plan.planId)
      ordinals.push(...page.items.map(({ ordinal }: { ordinal: number }) => ordinal))
      next = page.next
    }
    const { rows } = await service.database.pool.query('select ordinal from plan_change where plan_id = $1', [
      first.plan.planId,
    ])
    expect(ordinals).toHaveLength(rows.length)
    expect(new Set(ordinals).size).toBe(rows.length)
    const created = await json(request(`/api/connections/${connectionId}/preview?kind=create&limit=500`))
    expect(created.items).toHaveLength(first.plan.counts.create)
  })

  test('does not mix the pages of two plans', async () => {
    const { connectionId } = await connectAndRetrieve()
    const { next } = await json(request(`/api/connections/${connectionId}/preview?limit=2`))
    await service.database.pool.query('update sync_settings set version = version + 1')
    const response = await request(`/api/connections/${connectionId}/preview?limit=2&next=${next}`)
    expect(response.status).toBe(409)
    expect((await json(response)).remedy).toContain('first page')
  })
})

describe('stakeholders', () => {
  beforeEach(async () => {
    const people = ['Ana', 'Ben', 'Cleo', '=cmd()', 'Emil'].map((firstName) => ({
      firstName,
      lastName: 'X',
      'custom:shirt': 'M',
    }))
    for (const fields of people) {
      await service.database.pool.query('insert into stakeholder (company_id, fields) values ($1, $2)', [
        service.companyId,
        JSON.stringify(fields),
      ])
    }
  })

  test('come as JSON page by page', async () => {
    const names: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const from: string = next === '' ? '' : `&next=${encodeURIComponent(next)}`
      const response = await request(`/api/stakeholders?limit=2${from}`, { headers: { Accept: '*/*' } })
      expect(response.headers.get('Content-Type')).toContain('application/json')
      const page = await json(response)
      names.push(...page.items.map(({ name }: { name: string }) => name))
      next = page.next
    }
    expect(names.toSorted()).toEqual(['=cmd() X', 'Ana X', 'Ben X', 'Cleo X', 'Emil X'])
  })

  test('come as one CSV where that is accepted, with no cell that a spreadsheet would run', async () => {
    const response = await request('/api/stakeholders', { headers: { Accept: 'text/csv' } })
    expect(response.headers.get('Content-Type')).toContain('text/csv')
    expect(response.headers.get('Vary')).toContain('Accept')
    const [header, ...lines] = (await response.text()).trimEnd().split('\r\n')
    expect(header).toMatch(/^stakeholderId,name,firstName,.*,custom:shirt$/)
    expect(lines).toHaveLength(5)
    expect(lines.filter((line) => line.includes("'=cmd() X,'=cmd(),X"))).toHaveLength(1)
    expect(lines.every((line) => line.endsWith(',M'))).toBe(true)
  })

  test('of several companies are never mixed, and a request that names none is asked to', async () => {
    await service.database.pool.query("insert into company (slack_team_id, name) values ('T0OTHER', 'Other')")
    const response = await request('/api/stakeholders')
    expect(response.status).toBe(400)
    expect((await json(response)).remedy).toContain('?company=')
    expect((await json(request('/api/stakeholders?company=T0OTHER'))).items).toEqual([])
    expect((await json(request('/api/stakeholders?company=T0ACME'))).items).toHaveLength(5)
  })
})

test('what cannot be used is refused with what is wrong, as problem+json', async () => {
  const { connectionId } = await connectAndRetrieve()
  for (const [path, said] of [
    ['/api/stakeholders?limit=0', 'limit'],
    ['/api/stakeholders?limit=many', 'limit'],
    [`/api/connections/${connectionId}/preview?kind=everything`, 'kind'],
    [`/api/connections/${connectionId}/preview?next=nonsense`, 'cursor'],
    ['/api/retrievals/17', 'ID'],
    ['/api/syncs/17', 'ID'],
  ] as const) {
    const response = await request(path)
    expect(response.status, path).toBe(400)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await json(response)).toMatchObject({
      type: 'about:blank',
      status: 400,
      code: 'bad_request',
      detail: expect.stringContaining(said),
    })
  }
  for (const path of [
    '/api/nothing',
    `/api/syncs/${crypto.randomUUID()}`,
    `/api/retrievals/${crypto.randomUUID()}`,
  ]) {
    const response = await request(path)
    expect(response.status, path).toBe(404)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  }
  expect(await listConnections(service.database.db, service.companyId)).toHaveLength(1)
})
