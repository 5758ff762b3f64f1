import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RollcallError } from '../../src/errors.ts'
import { createLogger } from '../../src/log.ts'
import {
  enqueue,
  everyMinute,
  type RunningWorker,
  startWorker,
  type TaskHandlers,
} from '../../src/sync/jobs.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const log = createLogger({ level: 'silent' })
const companyId = randomUUID()

let database: TestDatabase
let worker: RunningWorker | null = null
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  await worker?.stop()
  worker = null
  await database.pool.query('delete from graphile_worker._private_jobs')
})
afterAll(() => database.drop())

test('a job is done soon after its enqueuing, with the payload it was given', async () => {
  const done: unknown[] = []
  worker = await start({ apply: async (payload) => void done.push(payload) })
  const payload = { companyId, syncId: randomUUID() }
  await enqueue(database.db, 'apply', payload)
  await expect.poll(() => done).toEqual([payload])
  await expect.poll(() => jobs()).toEqual([])
})

test('a job of a transaction that was rolled back never existed', async () => {
  await database.db
    .transaction()
    .execute(async (trx) => {
      await enqueue(trx, 'apply', { companyId, syncId: randomUUID() })
      throw new Error('changed my mind')
    })
    .catch(() => undefined)
  expect(await jobs()).toEqual([])
})

test('a job key makes twice once: the later payload stands', async () => {
  const payload = { companyId, retrievalId: randomUUID() }
  await enqueue(database.db, 'retrieve', { companyId, retrievalId: randomUUID() }, { jobKey: 'one' })
  await enqueue(database.db, 'retrieve', payload, { jobKey: 'one' })
  await enqueue(database.db, 'retrieve', { companyId, retrievalId: randomUUID() }, { jobKey: 'other' })
  expect((await jobs()).map(({ key }) => key).toSorted()).toEqual(['one', 'other'])
  expect((await jobs()).find(({ key }) => key === 'one')?.payload).toEqual(payload)
})

test('a job whose process was killed is done by another one within seconds', async () => {
  const script = path.join(import.meta.dirname, '../support/doomed-worker.ts')
  const doomed = spawn(process.execPath, [script, database.url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(doomed.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('started')
  const payload = { companyId, syncId: randomUUID() }
  await enqueue(database.db, 'apply', payload)
  expect((await lines.next()).value).toBe('taken')

  const taken = await jobs()
  const done: unknown[] = []
  worker = await start({ apply: async (given) => void done.push(given) })
  // As long as its process lives a job is nobody else's, however long it takes.
  await sleep(4_000)
  expect(await jobs()).toEqual(taken)
  expect(done).toEqual([])

  doomed.kill('SIGKILL')
  await once(doomed, 'exit')
  await expect.poll(() => done, { timeout: 10_000 }).toEqual([payload])
  await sleep(2_000)
  expect(done).toHaveLength(1)
})

test('a worker whose database connection was cut keeps its job and its claim on it', async () => {
  const done: unknown[] = []
  let finish = () => {}
  const busy = new Promise<void>((resolve) => {
    finish = resolve
  })
  worker = await start({
    async apply(payload) {
      done.push(payload)
      await busy
    },
  })
  await enqueue(database.db, 'apply', { companyId, syncId: randomUUID() })
  await expect.poll(() => done).toHaveLength(1)
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'rollcall-worker' and datname = current_database()`,
  )
  const other = await start({ apply: async (payload) => void done.push(payload) })
  await sleep(4_000)
  finish()
  await other.stop()
  expect(done).toHaveLength(1)
})

test('a job that failed is tried again, and the queue keeps no words of the surprise', async () => {
  let tries = 0
  worker = await start({
    async apply() {
      tries++
      if (tries === 1) throw new TypeError('undefined is not a function: hunter2')
      throw new RollcallError('conflict', 'The plan moved on.')
    },
  })
  await enqueue(database.db, 'apply', { companyId, syncId: randomUUID() })
  await expect.poll(async () => (await jobs())[0]?.last_error).toMatch(/^internal: /u)
  expect((await jobs())[0]?.last_error).not.toContain('hunter2')
  await expect
    .poll(async () => (await jobs())[0]?.last_error, { timeout: 10_000 })
    .toMatch(/The plan moved on/u)
  expect(tries).toBe(2)
})

test('a payload of another shape is not worked on', async () => {
  const done: unknown[] = []
  worker = await start({ apply: async (payload) => void done.push(payload) })
  await database.pool.query(`select graphile_worker.add_job('apply', '{"companyId": 7}')`)
  await expect.poll(async () => (await jobs())[0]?.last_error).toMatch(/^internal: /u)
  expect(done).toEqual([])
})

test('stopping waits for the job at hand and takes no other', async () => {
  const done: number[] = []
  worker = await start(
    {
      async apply() {
        await sleep(300)
        done.push(Date.now())
      },
    },
    1,
  )
  await enqueue(database.db, 'apply', { companyId, syncId: randomUUID() })
  await enqueue(database.db, 'apply', { companyId, syncId: randomUUID() })
  await expect.poll(async () => (await jobs()).filter(({ locked_by }) => locked_by !== null)).toHaveLength(1)
  expect(worker.ready()).toBe(true)
  await worker.stop()
  expect(worker.ready()).toBe(false)
  expect(done).toHaveLength(1)
  expect(await jobs()).toMatchObject([{ locked_by: null, attempts: 0 }])
})

test('what was missed while nothing ran is caught up at the start, and one failing tick ends nothing', async () => {
  let ticks = 0
  const schedule = everyMinute(async () => {
    ticks++
    throw new Error('database away')
  }, log)
  await schedule.stop()
  expect(ticks).toBe(1)
})

function start(tasks: Partial<TaskHandlers>, concurrency = 2): Promise<RunningWorker> {
  const unexpected = async () => {
    throw new Error('This task was not expected.')
  }
  return startWorker({
    handle: database,
    tasks: {
      retrieve: unexpected,
      apply: unexpected,
      announce: unexpected,
      'register-webhook': unexpected,
      ...tasks,
    },
    log,
    concurrency,
  })
}

type JobRow = {
  key: string | null
  payload: unknown
  locked_by: string | null
  attempts: number
  last_error: string | null
}

async function jobs(): Promise<JobRow[]> {
  const { rows } = await database.pool.query<JobRow>(
    'select key, payload, locked_by, attempts, last_error from graphile_worker._private_jobs order by id',
  )
  return rows
}
