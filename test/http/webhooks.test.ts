import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { requestRetrieval } from '../../src/sync/retrieve.ts'
import { forgetOldDeliveries } from '../../src/sync/webhook-inbox.ts'
import {
  BAMBOO_VECTOR,
  BOB_SECRET,
  bambooEvent,
  bobEvent,
  type Delivered,
  personioEvent,
  seedWebhook,
} from '../support/webhooks.ts'
import { PUBLIC_URL, type Service, startService } from './service.ts'

let service: Service
let bob: Awaited<ReturnType<typeof seedWebhook>>

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())
beforeEach(async () => {
  await service.startOver()
  await service.database.pool.query('truncate webhook, webhook_delivery')
  bob = await seedWebhook(service.context())
})

const post = (path: string, { body, headers }: Delivered, app = service.app) =>
  app.request(`${PUBLIC_URL}${path}`, { method: 'POST', body, headers })
const rowsOf = async (query: string) => (await service.database.pool.query(query)).rows
const deliveries = () => rowsOf('select * from webhook_delivery')
const retrievals = () => rowsOf('select connection_id, status, actor from retrieval order by created_at')
const targets = async () =>
  (await rowsOf('select record_ids from retrieval order by created_at')).map(({ record_ids }) => record_ids)
const jobs = () => rowsOf('select task_identifier, key, run_at from graphile_worker.jobs')

async function expectNothingCame(): Promise<void> {
  expect(await deliveries()).toEqual([])
  expect(await retrievals()).toEqual([])
  expect(await jobs()).toEqual([])
  expect(await rowsOf('select 1 from webhook where last_delivery_at is not null')).toEqual([])
}

describe('a genuine delivery', () => {
  test('wakes one retrieval of its connection a little later, and of its content only the id is kept', async () => {
    const other = await seedWebhook(service.context())
    const event = bobEvent()
    const before = Date.now()
    expect((await post(bob.path, event)).status).toBe(200)

    const actor = { kind: 'webhook', provider: 'hibob' }
    expect(await retrievals()).toEqual([{ connection_id: bob.connectionId, status: 'queued', actor }])
    const [job, ...others] = await jobs()
    expect(others).toEqual([])
    expect(job).toMatchObject({ task_identifier: 'retrieve', key: `retrieve:${bob.connectionId}` })
    const waitMs = job.run_at.getTime() - before
    expect(waitMs).toBeGreaterThan(5_000)
    expect(waitMs).toBeLessThan(30_000)

    const { employeeId } = JSON.parse(event.body).data
    const { rows } = await service.database.pool.query('select d::text as whole from webhook_delivery d')
    expect(rows).toHaveLength(1)
    expect(rows[0].whole).not.toContain(employeeId)
    expect(await targets()).toEqual([[employeeId]])
    const [{ whole }] = await rowsOf('select r::text as whole from retrieval r')
    expect(whole).not.toContain('employee.updated')
    for (const secret of [employeeId, event.headers['Bob-Signature']!, BOB_SECRET, bob.hook])
      expect(service.logged()).not.toContain(secret)
    expect(service.logged()).toContain('/webhooks/:provider/:hook')
    expect(await rowsOf('select connection_id from webhook where last_delivery_at is null')).toEqual([
      { connection_id: other.connectionId },
    ])
  })

  test('of BambooHR is known by the signature that was published', async () => {
    const { key, timestamp, body, signature } = BAMBOO_VECTOR
    const { path, connectionId } = await seedWebhook(service.context(), { provider: 'bamboohr', secret: key })
    const headers = { 'X-BambooHR-Timestamp': timestamp, 'X-BambooHR-Signature': signature }
    service.wait((Number(timestamp) * 1000 - Date.now()) / 60_000)
    expect((await post(path, { body, headers })).status).toBe(200)
    expect(await retrievals()).toMatchObject([{ connection_id: connectionId }])
  })

  test('that comes again, as a replay or as a second try, wakes nothing more', async () => {
    const event = bobEvent()
    await post(bob.path, event)
    await service.database.pool.query("update retrieval set status = 'complete'")
    const kept = await deliveries()
    for (const _ of [1, 2]) expect((await post(bob.path, event)).status).toBe(200)
    expect(await deliveries()).toEqual(kept)
    expect(await retrievals()).toMatchObject([{ status: 'complete' }])
    await post(bob.path, bobEvent())
    expect(await retrievals()).toMatchObject([{ status: 'complete' }, { status: 'queued' }])
  })

  test('is recognised under another signature of the same vendor, who signs each try anew', async () => {
    const { path } = await seedWebhook(service.context(), { provider: 'bamboohr', secret: BAMBOO_VECTOR.key })
    const now = Math.floor(Date.now() / 1000)
    for (const seconds of [now, now + 5])
      expect((await post(path, bambooEvent(BAMBOO_VECTOR.body, String(seconds)))).status).toBe(200)
    expect(await deliveries()).toHaveLength(1)
  })

  test('to a second connection is not the same delivery', async () => {
    const other = await seedWebhook(service.context())
    const event = bobEvent()
    await post(bob.path, event)
    await post(other.path, event)
    expect((await retrievals()).map((row) => row.connection_id).toSorted()).toEqual(
      [bob.connectionId, other.connectionId].toSorted(),
    )
  })
})

/** A genuine delivery of each vendor, and the same under a wrong secret. */
const VENDORS = [
  { provider: 'hibob', signed: (secret: string) => bobEvent(secret, 'person-1', 'once') },
  {
    provider: 'bamboohr',
    signed: (secret: string) =>
      bambooEvent(BAMBOO_VECTOR.body, String(Math.floor(Date.now() / 1000)), secret),
  },
  { provider: 'personio', signed: (secret: string) => personioEvent(secret, 'person-1') },
] as const

describe.each(VENDORS)('$provider', ({ provider, signed }) => {
  const secret = 'secret-of-this-vendor'
  let place: Awaited<ReturnType<typeof seedWebhook>>
  beforeEach(async () => {
    place = await seedWebhook(service.context(), { provider, secret })
  })

  test('the very same bytes once more: answered as a success, nothing is stored and nothing is woken', async () => {
    const event = signed(secret)
    expect((await post(place.path, event)).status).toBe(200)
    await service.database.pool.query("update retrieval set status = 'complete'")
    await service.database.pool.query('delete from graphile_worker._private_jobs')
    const kept = [await deliveries(), await retrievals(), await rowsOf('select * from webhook')]
    service.wait(3)
    expect((await post(place.path, event)).status).toBe(200)
    expect([await deliveries(), await retrievals(), await rowsOf('select * from webhook')]).toEqual(kept)
    expect(await jobs()).toEqual([])
  })

  test('with a wrong secret, or with none: refused, and nothing is stored or woken', async () => {
    expect((await post(place.path, signed('another-secret'))).status).toBe(401)
    expect((await post(place.path, { ...signed(secret), headers: {} })).status).toBe(401)
    await expectNothingCame()
  })

  test('replayed after it was forgotten: refused where the time is signed, one more reading where it is not', async () => {
    const event = signed(secret)
    await post(place.path, event)
    await service.database.pool.query("update retrieval set status = 'complete'")
    service.wait(8 * 24 * 60)
    await forgetOldDeliveries(service.context())
    expect(await deliveries()).toEqual([])
    const { status } = await post(place.path, event)
    expect(status).toBe(provider === 'bamboohr' ? 401 : 200)
    const more = provider === 'bamboohr' ? [] : [{ status: 'queued' }]
    expect(await retrievals()).toMatchObject([{ status: 'complete' }, ...more])
  })
})

describe('a delivery that is not', () => {
  test('tampered, signed with another secret, or not signed at all, is refused and leaves no trace', async () => {
    const event = bobEvent()
    const { 'Bob-Signature': signature = '' } = event.headers
    const forgeries: Delivered[] = [
      { ...event, body: event.body.replace('updated', 'created') },
      { ...event, body: `${event.body}\n` },
      { ...event, headers: { 'Bob-Signature': signature.toLowerCase() } },
      { ...event, headers: { 'Bob-Signature': '' } },
      { ...event, headers: {} },
      bobEvent('another-secret'),
      bobEvent(''),
    ]
    for (const forgery of forgeries) expect((await post(bob.path, forgery)).status).toBe(401)
    await expectNothingCame()
    expect((await post(bob.path, event)).status).toBe(200)
  })

  test('of this time is refused in both directions', async () => {
    const { path } = await seedWebhook(service.context(), { provider: 'bamboohr', secret: BAMBOO_VECTOR.key })
    const at = (minutes: number) => String(Math.floor(Date.now() / 1000 + minutes * 60))
    for (const minutes of [-6, 6])
      expect((await post(path, bambooEvent(BAMBOO_VECTOR.body, at(minutes)))).status).toBe(401)
    await expectNothingCame()
    expect((await post(path, bambooEvent(BAMBOO_VECTOR.body, at(-4)))).status).toBe(200)
  })

  test('expected yet, because nobody has told us the secret, is refused even under an empty one', async () => {
    const { path } = await seedWebhook(service.context(), { secret: '' })
    expect((await post(path, bobEvent(''))).status).toBe(401)
    expect((await post(path, bobEvent())).status).toBe(401)
    await expectNothingCame()
  })

  test('sent to an address of ours gets one answer, whether or not there is such a provider', async () => {
    const paths = [
      `/webhooks/hibob/${'A'.repeat(43)}`,
      `/webhooks/bamboohr/${bob.hook}`,
      `/webhooks/nothing/${bob.hook}`,
      `/webhooks/hibob/${bob.hook.slice(1)}`,
      `/webhooks/hibob/${bob.hook}x`,
      '/webhooks/hibob/short',
    ]
    const answers: string[] = []
    for (const path of paths) {
      const answer = await post(path, bobEvent())
      expect(answer.status).toBe(404)
      const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>
      answers.push(JSON.stringify(body))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).not.toContain('hibob')
    await expectNothingCame()
  })

  test('of a size that a webhook has is not read', async () => {
    const body = JSON.stringify({ filler: 'x'.repeat(300_000) })
    expect((await post(bob.path, { body, headers: {} })).status).toBe(413)
    const stream = new Blob([body]).stream()
    const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
    expect((await service.app.request(`${PUBLIC_URL}${bob.path}`, init)).status).toBe(413)
    await expectNothingCame()
  })
})

test('the address answers when the vendor tries it out, unsigned, and that causes nothing', async () => {
  const { path } = await seedWebhook(service.context(), { secret: '' })
  for (const body of ['"Ping test"', '{"text":"Ping test"}'])
    expect((await post(path, { body, headers: {} })).status).toBe(200)
  expect((await post(`/webhooks/hibob/${'A'.repeat(43)}`, { body: '"Ping test"', headers: {} })).status).toBe(
    404,
  )
  await expectNothingCame()
})

describe('a burst', () => {
  test('of a thousand is answered when it is stored, in a few commits, and becomes one retrieval', async () => {
    const events = Array.from({ length: 1_000 }, () => bobEvent())
    const answers = await Promise.all(events.map((event) => post(bob.path, event)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const [stored] = await rowsOf(
      'select count(*) as rows, count(distinct xmin::text) as commits from webhook_delivery',
    )
    expect(stored.rows).toBe(1_000)
    expect(stored.commits).toBeLessThan(100)
    expect(await retrievals()).toHaveLength(1)
    expect(await jobs()).toHaveLength(1)
    // About a thousand people, which is everybody.
    expect(await targets()).toEqual([null])
  })

  test('about three people is one retrieval of these three, however many it is', async () => {
    const three = ['3332883884017713251', '3332883884017713252', '3332883884017713253']
    const events = Array.from({ length: 300 }, (_, n) => bobEvent(BOB_SECRET, three[n % 3], String(n)))
    const answers = await Promise.all(events.map((event) => post(bob.path, event)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await deliveries()).toHaveLength(300)
    expect(await targets()).toEqual([three])
    expect(await jobs()).toHaveLength(1)
  })

  test('of two connections is one retrieval each, of its own people', async () => {
    const other = await seedWebhook(service.context())
    const sent = [bob, other, bob, other].map(({ path }, n) =>
      post(path, bobEvent(BOB_SECRET, `person-${n}`)),
    )
    await Promise.all(sent)
    const rows = await rowsOf('select connection_id, record_ids from retrieval')
    expect(rows.find((row) => row.connection_id === bob.connectionId).record_ids).toEqual([
      'person-0',
      'person-2',
    ])
    expect(rows.find((row) => row.connection_id === other.connectionId).record_ids).toEqual([
      'person-1',
      'person-3',
    ])
  })

  test('with one that names nobody, or whom nobody could be, is of everybody', async () => {
    const odd = ['../../v1/people', 'x\u0000', '9'.repeat(10_000), "1' or '1", '']
    for (const employeeId of odd) {
      await service.database.pool.query('delete from retrieval')
      await Promise.all(
        [bobEvent(), bobEvent(BOB_SECRET, employeeId), bobEvent()].map(async (event) =>
          expect((await post(bob.path, event)).status).toBe(200),
        ),
      )
      expect(await targets()).toEqual([null])
    }
  })

  test('of several hundred people in one delivery is of everybody', async () => {
    const { path } = await seedWebhook(service.context(), { provider: 'bamboohr', secret: BAMBOO_VECTOR.key })
    const employees = Array.from({ length: 3_000 }, (_, id) => ({ id: String(id + 1) }))
    const body = JSON.stringify({ employees })
    expect((await post(path, bambooEvent(body, String(Math.floor(Date.now() / 1000))))).status).toBe(200)
    expect(await targets()).toEqual([null])
  })

  test('leaves at most one running and one waiting, and does not put off the one that is due sooner', async () => {
    await requestRetrieval(service.context(), bob)
    const [due] = await jobs()
    await Promise.all([bobEvent(), bobEvent()].map((event) => post(bob.path, event)))
    expect(await jobs()).toEqual([due])
    await service.database.pool.query("update retrieval set status = 'running'")
    await Promise.all([bobEvent(), bobEvent(), bobEvent()].map((event) => post(bob.path, event)))
    expect((await retrievals()).map(({ status }) => status)).toEqual(['running', 'queued'])
    expect(await deliveries()).toHaveLength(5)
  })

  test('of the same delivery is one', async () => {
    const event = bobEvent()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(bob.path, event)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await deliveries()).toHaveLength(1)
    expect(await (await service.app.request(`${PUBLIC_URL}/metrics`)).text()).toMatch(
      /rollcall_webhooks_total\{provider="hibob",verdict="repeated"\}/,
    )
  })
})

describe('when the database', () => {
  test('is away the vendor is asked to come again', async () => {
    const nowhere = openDatabase('postgres://nobody@127.0.0.1:9/none')
    const context = () => ({ ...service.context(), db: nowhere.db, pool: nowhere.pool })
    const config = { publicUrl: PUBLIC_URL, apiToken: null, slackApiUrl: null, supportChannel: null }
    const { log } = service.context()
    const app = createHttpApp({ makeContext: context, config, handle: nowhere, log, worker: null })
    const answer = await post(bob.path, bobEvent(), app)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('60')
    await nowhere.close()
    await expectNothingCame()
  })

  test('hangs the vendor is told so in time, and its second try is not lost', async () => {
    const event = bobEvent()
    const holder = await service.database.pool.connect()
    await holder.query('begin')
    await holder.query('lock table webhook_delivery in access exclusive mode')
    const startedAt = performance.now()
    const answer = await post(bob.path, event)
    expect(answer.status).toBe(503)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(await retrievals()).toEqual([])
    await holder.query('rollback')
    holder.release()
    expect((await post(bob.path, event)).status).toBe(200)
    expect(await deliveries()).toHaveLength(1)
    expect(await retrievals()).toHaveLength(1)
  })

  test('cannot take the retrieval, the delivery is not there either, so that its second try counts', async () => {
    const event = bobEvent()
    await service.database.pool.query('alter table retrieval add constraint refuses check (false)')
    try {
      expect((await post(bob.path, event)).status).toBe(503)
    } finally {
      await service.database.pool.query('alter table retrieval drop constraint refuses')
    }
    await expectNothingCame()
    expect((await post(bob.path, event)).status).toBe(200)
    expect(await retrievals()).toHaveLength(1)
  })
})

test('what is not in use is not woken: removed, unfinished, or with credentials that are refused', async () => {
  const { pool } = service.database
  await pool.query("update connection set status = 'broken'")
  expect((await post(bob.path, bobEvent())).status).toBe(200)
  await pool.query("update connection set status = 'removed'")
  expect((await post(bob.path, bobEvent())).status).toBe(200)
  expect(await deliveries()).toHaveLength(2)
  expect(await retrievals()).toEqual([])
  await pool.query('update connection set sealed_credentials = null')
  expect((await post(bob.path, bobEvent())).status).toBe(404)
  expect(await jobs()).toEqual([])
})

test('metrics count by provider and by what became of it, and name no address', async () => {
  await post(bob.path, bobEvent())
  await post(bob.path, bobEvent('another-secret'))
  await post(bob.path, { body: '{}', headers: {} })
  await post(bob.path, { body: '"Ping test"', headers: {} })
  await post(`/webhooks/made-up/${bob.hook}`, bobEvent())
  const metrics = await (await service.app.request(`${PUBLIC_URL}/metrics`)).text()
  for (const verdict of ['stored', 'forged', 'unsigned', 'ping'])
    expect(metrics).toMatch(
      new RegExp(`rollcall_webhooks_total\\{provider="hibob",verdict="${verdict}"\\} [1-9]`),
    )
  expect(metrics).toMatch(/rollcall_webhooks_total\{provider="unknown",verdict="unknown"\} [1-9]/)
  expect(metrics).not.toContain('made-up')
  expect(metrics).not.toContain(bob.hook)
})
