import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RunningWorker, startWorker } from '../../src/sync/jobs.ts'
import { forgetOldDeliveries } from '../../src/sync/webhook-inbox.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeContext } from '../support/seed.ts'
import { bobEvent, seedWebhook } from '../support/webhooks.ts'

const SCRIPT = path.join(import.meta.dirname, '../support/doomed-receiver.ts')

let database: TestDatabase
let bob: Awaited<ReturnType<typeof seedWebhook>>
let worker: RunningWorker | null = null
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await database.pool.query('truncate company, webhook, webhook_delivery cascade')
  await database.pool.query('delete from graphile_worker._private_jobs')
  bob = await seedWebhook(makeContext(database))
})
afterEach(async () => {
  await worker?.stop()
  worker = null
})
afterAll(() => database.drop())

const rowsOf = async (query: string) => (await database.pool.query(query)).rows

function receive(event = bobEvent()): ChildProcess {
  const args = [SCRIPT, database.url, bob.path, event.body, event.headers['Bob-Signature'] ?? '']
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('a process killed as soon as it has answered leaves the retrieval that it promised', async () => {
  const doomed = receive()
  const [answer] = await Promise.all([text(doomed.stdout!), once(doomed, 'exit')])
  expect(answer.trim()).toBe('200')
  expect(doomed.signalCode).toBe('SIGKILL')

  const [retrieval, ...others] = await rowsOf('select retrieval_id, status, actor from retrieval')
  expect(others).toEqual([])
  expect(retrieval).toMatchObject({ status: 'queued', actor: { kind: 'webhook', provider: 'hibob' } })
  const done: unknown[] = []
  const unexpected = () => Promise.reject(new Error('This task was not expected.'))
  worker = await startWorker({
    handle: database,
    tasks: {
      retrieve: async (payload) => void done.push(payload),
      apply: unexpected,
      announce: unexpected,
      'register-webhook': unexpected,
    },
    log: pino({ level: 'silent' }),
  })
  await expect
    .poll(() => done, { timeout: 20_000 })
    .toEqual([{ companyId: bob.companyId, retrievalId: retrieval.retrieval_id }])
})

test('a process killed while it stores has promised nothing and leaves nothing, so the second try counts', async () => {
  const event = bobEvent()
  const holder = await database.pool.connect()
  await holder.query('begin')
  await holder.query('lock table retrieval in access exclusive mode')
  const doomed = receive(event)
  const waiting = () =>
    rowsOf("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
  await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1)
  doomed.kill('SIGKILL')
  await once(doomed, 'exit')
  await holder.query('rollback')
  holder.release()

  await expect.poll(waiting).toEqual([])
  expect(await rowsOf('select 1 from webhook_delivery')).toEqual([])
  expect(await rowsOf('select 1 from retrieval')).toEqual([])
  expect(await rowsOf('select 1 from graphile_worker.jobs')).toEqual([])
  await once(receive(event), 'exit')
  expect(await rowsOf('select status from retrieval')).toEqual([{ status: 'queued' }])
})

test('what was delivered is remembered for seven days, longer than any vendor repeats it', async () => {
  await once(receive(), 'exit')
  const after = (days: number) => ({
    ...makeContext(database),
    now: new Date(Date.now() + days * 86_400_000),
  })
  await forgetOldDeliveries(after(6.9))
  expect(await rowsOf('select 1 from webhook_delivery')).toHaveLength(1)
  await forgetOldDeliveries(after(7.1))
  expect(await rowsOf('select 1 from webhook_delivery')).toEqual([])
  expect(await rowsOf('select status from retrieval')).toEqual([{ status: 'queued' }])
})
