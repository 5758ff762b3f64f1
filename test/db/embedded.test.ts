import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import { makeTemporaryDir } from '../support/postgres.ts'

const OWNER = path.join(import.meta.dirname, '../support/embedded-owner.ts')

let dataDir: string
beforeAll(async () => {
  dataDir = await makeTemporaryDir()
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

test('data is kept between starts, and nothing is left running after stop', async () => {
  const first = await startEmbedded(dataDir)
  await query(first.url, 'create table words (word text)')
  await query(first.url, "insert into words values ('Núñez')")
  const pid = await postmasterPid()
  await first.stop()
  expect(isAlive(pid)).toBe(false)

  const lines: string[] = []
  const second = await startEmbedded(dataDir, (line) => lines.push(line))
  try {
    expect(await query(second.url, 'select word from words')).toEqual([{ word: 'Núñez' }])
    expect(lines).toEqual([])
  } finally {
    await second.stop()
  }
})

test('it listens on 127.0.0.1 only and asks for the password', async () => {
  const server = await startEmbedded(dataDir)
  try {
    expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect(await query(server.url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }])
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'on' }])
    const wrong = new URL(server.url)
    wrong.password = 'guess'
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  } finally {
    await server.stop()
  }
})

test('text sorts the same on every machine', async () => {
  const server = await startEmbedded(dataDir)
  try {
    const [row] = await query(
      server.url,
      `select datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding
       from pg_database where datname = current_database()`,
    )
    expect(row).toEqual({ provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' })
  } finally {
    await server.stop()
  }
})

test('files that hold the password can be read by their owner only', async () => {
  const server = await startEmbedded(dataDir)
  await server.stop()
  const { mode } = await stat(path.join(dataDir, 'postgres.json'))
  expect(mode & 0o077).toBe(0)
  const { password } = JSON.parse(await readFile(path.join(dataDir, 'postgres.json'), 'utf8'))
  expect(await readdir(path.join(dataDir, 'postgres'))).toEqual(['data', 'postgres.log'])
  expect(await readFile(path.join(dataDir, 'postgres', 'postgres.log'), 'utf8')).not.toContain(password)
})

test('a second one on the same data is told so, and the first goes on undisturbed', async () => {
  const owner = await startOwner()
  try {
    await expect(startEmbedded(dataDir)).rejects.toMatchObject({
      code: 'bad_settings',
      message: expect.stringContaining('Another Rollcall is running'),
      remedy: expect.stringContaining('DATA_DIR'),
    })
    expect(await query(owner.url, 'select 1 as one')).toEqual([{ one: 1 }])
  } finally {
    await owner.kill('SIGKILL')
  }
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'PostgreSQL ends with its Rollcall on %s',
  async (signal) => {
    const owner = await startOwner()
    const pid = await postmasterPid()
    await owner.kill(signal)
    await expectEnd(pid)
  },
)

test.each(['throw', 'exit', 'return'])('PostgreSQL ends with a Rollcall that ends by %s', async (how) => {
  const owner = await startOwner(how)
  const pid = await postmasterPid()
  owner.child.stdin?.end('\n')
  await once(owner.child, 'exit')
  await expectEnd(pid)
})

test('a PostgreSQL that an earlier run left behind is stopped, and what it committed is kept', async () => {
  const owner = await startOwner()
  const pid = await postmasterPid()
  await query(owner.url, 'create table kept ()')
  await query(owner.url, 'insert into kept default values')
  // The watcher would stop it; without one it is orphaned.
  process.kill(await watcherOf(pid), 'SIGKILL')
  await owner.kill('SIGKILL')
  await sleep(200)
  expect(isAlive(pid)).toBe(true)

  const lines: string[] = []
  const next = await startEmbedded(dataDir, (line) => lines.push(line))
  try {
    expect(lines).toEqual([expect.stringContaining(`process ${pid}`)])
    expect(isAlive(pid)).toBe(false)
    expect(await query(next.url, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1 }])
  } finally {
    await next.stop()
  }
})

test('a number of a process that was given to someone else is not mistaken for PostgreSQL', async () => {
  await (await startEmbedded(dataDir)).stop()
  const bystander = spawn('sleep', ['60'])
  try {
    const pidFile = path.join(dataDir, 'postgres', 'data', 'postmaster.pid')
    await writeFile(pidFile, `${bystander.pid}\n${path.dirname(pidFile)}\n0\n1\n\n127.0.0.1\n\nready\n`)
    const server = await startEmbedded(dataDir)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(isAlive(bystander.pid!)).toBe(true)
  } finally {
    bystander.kill()
  }
})

test('a first start that was interrupted is simply made again', async () => {
  const fresh = await makeTemporaryDir()
  const homeDir = path.join(fresh, 'postgres')
  const owner = spawn(process.execPath, [OWNER, fresh, 'wait'], { stdio: ['pipe', 'ignore', 'inherit'] })
  try {
    for (let found = false; !found; await sleep(5)) {
      found = (await readdir(homeDir).catch(() => [])).some((name) => /^new-\w+$/u.test(name))
    }
    owner.kill('SIGKILL')
    await once(owner, 'exit')

    const server = await startEmbedded(fresh)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(await readdir(homeDir)).toEqual(['data', 'postgres.log'])
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
})

test.each([
  ['postgres.json', 'holds the password'],
  ['postgres', 'is gone'],
])('a missing %s is an error, never an empty database in its place', async (name, said) => {
  await rename(path.join(dataDir, name), path.join(dataDir, 'aside'))
  try {
    await expect(startEmbedded(dataDir)).rejects.toMatchObject({
      code: 'bad_settings',
      message: expect.stringContaining(said),
    })
  } finally {
    await rename(path.join(dataDir, 'aside'), path.join(dataDir, name))
  }
})

test('data of another PostgreSQL version is refused and left alone', async () => {
  const versionFile = path.join(dataDir, 'postgres', 'data', 'PG_VERSION')
  const own = await readFile(versionFile, 'utf8')
  await writeFile(versionFile, '14\n')
  try {
    await expect(startEmbedded(dataDir)).rejects.toMatchObject({
      code: 'bad_settings',
      message: expect.stringContaining('PostgreSQL 14'),
    })
    expect(await readFile(versionFile, 'utf8')).toBe('14\n')
  } finally {
    await writeFile(versionFile, own)
  }
})

type Owner = { url: string; child: ChildProcess; kill(signal: NodeJS.Signals): Promise<void> }

/** Another process that runs the database: what a Rollcall is to it. */
async function startOwner(how = 'wait'): Promise<Owner> {
  const child = spawn(process.execPath, [OWNER, dataDir, how], { stdio: ['pipe', 'pipe', 'ignore'] })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    url,
    child,
    async kill(signal) {
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}

async function postmasterPid(): Promise<number> {
  const lines = (await readFile(path.join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')
  return Number(lines[0])
}

async function watcherOf(pid: number): Promise<number> {
  for (const name of await readdir('/proc')) {
    const command = /^\d+$/u.test(name) ? await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '') : ''
    if (command.includes('read -r _') && command.endsWith(`\0${pid}\0`)) return Number(name)
  }
  throw new Error('The watcher is not there.')
}

async function expectEnd(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
}

/** One that ended but was not collected yet, as in a container without an init process, is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
