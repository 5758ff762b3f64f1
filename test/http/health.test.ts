import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { createBlankDatabase } from '../support/database.ts'
import { PUBLIC_URL, type Service, startService } from './service.ts'

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const config = { publicUrl: PUBLIC_URL, apiToken: null, slackApiUrl: null, supportChannel: null }
const get = (app: Service['app'], path: string, headers: Record<string, string> = {}) =>
  app.request(`${PUBLIC_URL}${path}`, { headers })

function appOver(
  handle: Service['database'] | ReturnType<typeof openDatabase>,
  worker: { ready(): boolean } | null,
) {
  return createHttpApp({ makeContext: service.context, config, handle, log: service.context().log, worker })
}

test('a service that can work says that it is ready', async () => {
  expect((await get(service.app, '/healthz')).status).toBe(200)
  const ready = await get(service.app, '/readyz')
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({
    status: 'ready',
    checks: { database: true, migrations: true, worker: true },
  })
  const web = await get(appOver(service.database, null), '/readyz')
  expect(web.status).toBe(200)
})

test('without a worker that works, without its migrations or without a database it is not', async () => {
  const stopped = await get(appOver(service.database, { ready: () => false }), '/readyz')
  expect(stopped.status).toBe(503)
  expect(await stopped.json()).toMatchObject({ checks: { database: true, worker: false } })

  const blank = await createBlankDatabase()
  const unmigrated = await get(appOver(blank, null), '/readyz')
  expect(unmigrated.status).toBe(503)
  expect(await unmigrated.json()).toMatchObject({ checks: { database: true, migrations: false } })
  await blank.drop()

  const nowhere = openDatabase('postgres://nobody@127.0.0.1:9/none')
  const app = appOver(nowhere, null)
  const down = await get(app, '/readyz')
  expect(down.status).toBe(503)
  expect(await down.json()).toMatchObject({ checks: { database: false, migrations: false } })
  expect((await get(app, '/healthz')).status).toBe(200)
  const metrics = await get(app, '/metrics')
  expect(metrics.status).toBe(200)
  expect(await metrics.text()).toContain('rollcall_database_up 0')
  await nowhere.close()
})

test('metrics count what happened, by route pattern and without a name in it', async () => {
  const { path } = await service.newLink()
  await get(service.app, path)
  await get(service.app, '/no/such/place')
  await service.database.pool.query("select graphile_worker.add_job('retrieve', '{}'::json)")
  const text = await (await get(service.app, '/metrics')).text()
  expect(text).toContain('rollcall_database_up 1')
  expect(text).toContain('rollcall_jobs{status="waiting"} 1')
  expect(text).toMatch(
    /rollcall_http_request_seconds_count\{method="GET",route="\/connect\/:token",status="200"\} 1/,
  )
  expect(text).toMatch(/rollcall_http_request_seconds_count\{method="GET",route="unmatched",status="404"\} 1/)
  expect(text).not.toContain(path)
  expect(text).not.toContain('Acme')
})

test('an unknown address is a page for people and problem+json for programs', async () => {
  const page = await get(service.app, '/no/such/place', { Accept: 'text/html,*/*' })
  expect(page.status).toBe(404)
  expect(await page.text()).toContain('<h1>Not found</h1>')
  const problem = await get(service.app, '/no/such/place')
  expect(problem.status).toBe(404)
  expect(problem.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await problem.json()).toMatchObject({
    code: 'not_found',
    requestId: problem.headers.get('X-Request-Id'),
  })
})
