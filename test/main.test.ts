import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Desk, startDesk } from '../demo/slack/server.ts'
import { createKeyring } from '../src/db/secrets.ts'
import { createLogger } from '../src/log.ts'
import { start } from '../src/main.ts'
import { createBlankDatabase, createTestDatabase, type TestDatabase } from './support/database.ts'
import { makeTemporaryDir } from './support/postgres.ts'

const MAIN = path.join(import.meta.dirname, '../src/main.ts')
const key = `k1:${randomBytes(32).toString('base64')}`

let database: TestDatabase
let desk: Desk
const children: ChildProcess[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  desk = await startDesk({
    appUrl: 'http://127.0.0.1:9',
    signingSecret: 'rehearsal',
    botToken: 'xoxb-rehearsal',
    manifest: null,
  })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await desk.close()
  await database.drop()
})

test('without Slack settings it stops with one line that names them and the demo', async () => {
  const { stderr, exitCode } = await run({})
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^Rollcall cannot start: .*SLACK_BOT_TOKEN.*npm run demo.*\n$/u)
})

test('every bad setting has its line', async () => {
  const { stderr, exitCode } = await run({ ...settings(), PORT: 'many', ROLE: 'boss' })
  expect(exitCode).toBe(1)
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^Rollcall cannot start: PORT: /u),
    expect.stringMatching(/^Rollcall cannot start: ROLE: /u),
  ])
})

test('a busy port is named', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  try {
    await expectOneLine({ PORT: String(port) }, `Port ${port} is taken by another program.`)
  } finally {
    other.close()
  }
})

test.each([
  ['is down', { port: '1' }, /cannot be reached \(ECONNREFUSED\)\. Start it/u],
  ['is nowhere', { hostname: 'db.invalid' }, /cannot be reached \(ENOTFOUND|EAI_AGAIN\)/u],
  ['has another password', { password: 'hunter2' }, /refused the user "rollcall" or the pass/u],
  ['is not there', { pathname: '/nobody' }, /has no database "nobody"/u],
])('a database that %s is told in one line, without its password', async (_what, change, said) => {
  const url = new URL(database.url)
  const { password } = url
  Object.assign(url, change)
  const { stderr } = await expectOneLine({ DATABASE_URL: url.href }, said)
  expect(stderr).not.toContain(password)
  expect(stderr).not.toContain('hunter2')
})

test('a key that does not open what is stored is told before anything runs', async () => {
  const keyring = createKeyring([{ id: 'k1', key: randomBytes(32) }])
  const companyId = randomUUID()
  const connectionId = randomUUID()
  const sealed = keyring.seal('{"token":"t"}', `connection:${companyId}:${connectionId}`)
  await database.pool.query(
    `insert into company (company_id, slack_team_id, name) values ($1, 'T1', 'Acme')`,
    [companyId],
  )
  await database.pool.query(
    `insert into connection (company_id, connection_id, provider, status, sealed_credentials, daily_minute,
       next_retrieval_at, created_by) values ($1, $2, 'hibob', 'active', $3, 300, now(), '{"kind":"system"}')`,
    [companyId, connectionId, sealed],
  )
  try {
    await expectOneLine({}, /does not open with the encryption key "k1"/u)
    await expectOneLine(
      { ENCRYPTION_KEYS: key.replace('k1', 'k2') },
      /key "k1", which is not among ENCRYPTION_KEYS/u,
    )
  } finally {
    await database.pool.query('delete from connection')
    await database.pool.query('delete from company')
  }
})

test('it serves pages and Slack on one port, and ends cleanly on SIGTERM', async () => {
  const child = launch({ ...settings(), PORT: '0' })
  const url = await readyUrl(child)

  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const ready = await fetch(`${url}/readyz`)
  expect(await ready.json()).toMatchObject({ checks: { database: true, migrations: true, worker: true } })
  const unsigned = await fetch(`${url}/slack/events`, { method: 'POST', body: 'command=/datasync' })
  expect(unsigned.status).toBe(401)

  const startedAt = Date.now()
  child.kill('SIGTERM')
  const [exitCode] = await once(child, 'exit')
  expect(exitCode).toBe(0)
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})

test('a request that is under way when it is told to stop is still answered', async () => {
  const child = launch({ ...settings(), PORT: '0' })
  const { port } = new URL(await readyUrl(child))
  const slow = connect(Number(port), '127.0.0.1')
  slow.write('POST /slack/events HTTP/1.1\r\nhost: rollcall\r\ncontent-length: 8\r\n\r\ncomm')
  await sleep(100)
  child.kill('SIGTERM')
  await sleep(100)
  slow.write('and=')
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 401 /u)
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0)
})

test('two processes start on one empty database at the same moment', async () => {
  const blank = await createBlankDatabase()
  try {
    const processes = [0, 1].map(() => launch({ ...settings(), PORT: '0', DATABASE_URL: blank.url }))
    const urls = await Promise.all(processes.map(readyUrl))
    for (const url of urls) expect((await fetch(`${url}/readyz`)).status).toBe(200)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await blank.drop()
  }
})

test('a web process runs no jobs and a worker takes nothing from Slack', async () => {
  const options = { log: createLogger({ level: 'silent' }) }
  const web = await start({ ...settings(), PORT: '0', ROLE: 'web' }, options)
  const worker = await start({ ...settings(), PORT: '0', ROLE: 'worker' }, options)
  try {
    expect(await (await fetch(`${web.url}/readyz`)).json()).toMatchObject({ checks: { worker: null } })
    expect(await (await fetch(`${worker.url}/readyz`)).json()).toMatchObject({ checks: { worker: true } })
    expect((await fetch(`${web.url}/slack/events`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(`${worker.url}/slack/events`, { method: 'POST' })).status).toBe(404)
  } finally {
    await Promise.all([web.stop(), worker.stop()])
  }
})

test('unsaved conditions older than a day are deleted by themselves', async () => {
  const { pool } = database
  await pool.query(`
    with acme as (insert into company (slack_team_id, name) values ('T_OLD', 'Acme') returning company_id),
    hris as (
      insert into connection (company_id, provider, status, daily_minute, next_retrieval_at, created_by)
      select company_id, 'hibob', 'removed', 1, now(), '{}' from acme returning company_id, connection_id
    )
    insert into condition_draft (company_id, connection_id, conditions, created_by, created_at)
    select company_id, connection_id, '{}', '{}', now() - days * interval '25 hours' from hris, (values (0), (1)) as age (days)`)
  const worker = await start(
    { ...settings(), PORT: '0', ROLE: 'worker' },
    { log: createLogger({ level: 'silent' }) },
  )
  try {
    const left = async () => (await pool.query('select from condition_draft')).rowCount
    await expect.poll(left, { timeout: 10_000 }).toBe(1)
  } finally {
    await worker.stop()
    await pool.query('delete from condition_draft; delete from connection; delete from company')
  }
})

test('without DATABASE_URL it brings its own database and key, and leaves nothing running', async () => {
  const dataDir = await makeTemporaryDir()
  const { DATABASE_URL: _url, ENCRYPTION_KEYS: _keys, ...own } = settings()
  try {
    const child = launch({ ...own, PORT: '0', DATA_DIR: dataDir })
    const url = await readyUrl(child)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const second = await run({ ...own, PORT: '0', DATA_DIR: dataDir })
    expect(second.exitCode).toBe(1)
    expect(second.stderr).toMatch(/^Rollcall cannot start: Another Rollcall is running on the data in .*\n$/u)

    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).toBe(0)
    const again = launch({ ...own, PORT: '0', DATA_DIR: dataDir })
    await readyUrl(again)
    again.kill('SIGTERM')
    expect((await once(again, 'exit'))[0]).toBe(0)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

function settings(): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    ENCRYPTION_KEYS: key,
    SLACK_BOT_TOKEN: 'xoxb-rehearsal',
    SLACK_SIGNING_SECRET: 'rehearsal',
    SLACK_API_URL: desk.apiUrl,
  }
}

function launch(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

async function run(env: Record<string, string>): Promise<{ stderr: string; exitCode: number | null }> {
  const child = launch(env)
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr!), once(child, 'exit')])
  return { stderr, exitCode: exitCode as number | null }
}

async function expectOneLine(env: Record<string, string>, said: string | RegExp) {
  const outcome = await run({ ...settings(), PORT: '0', ...env })
  expect(outcome.exitCode).toBe(1)
  expect(outcome.stderr).toMatch(/^Rollcall cannot start: [^\n]+\n$/u)
  expect(outcome.stderr).toMatch(said)
  return outcome
}

async function readyUrl(child: ChildProcess): Promise<string> {
  let said = ''
  let complained = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  child.stderr?.on('data', (chunk) => {
    complained += chunk
  })
  await expect
    .poll(() => child.exitCode !== null || said.includes('"ready"'), { timeout: 20_000, interval: 20 })
    .toBe(true)
  const port = /"port":(\d+)/u.exec(said)?.[1]
  if (port === undefined) throw new Error(`It ended before it was ready: ${said}${complained}`)
  return `http://127.0.0.1:${port}`
}
