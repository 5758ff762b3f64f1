import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fchownSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RollcallError } from '../errors.ts'
import type { Binaries } from './embedded-binaries.ts'
import type { Home } from './embedded-home.ts'

export type Postmaster = { port: number; stop(): Promise<void>; gone: Promise<void> }

const READY_WITHIN_MS = 120_000

/** Starts the server on a free port of 127.0.0.1 and comes back when it takes connections. */
export async function startPostmaster(
  binaries: Binaries,
  home: Home,
  report: (line: string) => void,
): Promise<Postmaster> {
  const port = await freePort()
  const logFile = path.join(home.directory, 'postgres.log')
  const log = openSync(logFile, 'w', 0o600)
  if (home.runAs.uid !== undefined && home.runAs.gid !== undefined)
    fchownSync(log, home.runAs.uid, home.runAs.gid)
  const child = spawn(binaries.postgres, ['-D', home.cluster, '-p', String(port), ...settings], {
    ...home.runAs,
    cwd: '/',
    // A group of its own: Ctrl-C in the terminal reaches Rollcall, which stops its work first and the database last.
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const unwatch = watchOver(child, home)

  const ready = await Promise.race([isReady(child, home, report), gone.then(() => false)])
  if (!ready) {
    await stop(child, gone)
    await unwatch()
    throw new RollcallError('database_unavailable', `PostgreSQL did not start: ${await lastWords(logFile)}`, {
      remedy: `Its log is ${logFile}. Setting DATABASE_URL to a PostgreSQL of your own goes around it.`,
    })
  }
  return {
    port,
    gone,
    async stop() {
      await stop(child, gone)
      await unwatch()
    },
  }
}

const settings = Object.entries({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Containers often have a /dev/shm of 64 MB, which a parallel join outgrows.
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  // A sync of a large company writes some 140 MB of log. By default 80 MB are used again, and the rest waits for new files.
  min_wal_size: '512MB',
  // Rows hold personal data: the log says what failed, never with which values.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`])

/** Shuts the server down when our end of the pipe closes, however this process ends, SIGKILL included. */
function watchOver(postgres: ChildProcess, home: Home): () => Promise<void> {
  const watcher = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(postgres.pid)], {
    ...home.runAs,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((resolve) =>
    watcher.once('exit', () => resolve()).once('error', () => resolve()),
  )
  watcher.unref()
  // A child's stdin is a socket in truth; unreferenced, so that it does not keep a finished program alive.
  if (watcher.stdin !== null && 'unref' in watcher.stdin) (watcher.stdin as { unref(): void }).unref()
  return async () => {
    watcher.ref()
    watcher.kill('SIGKILL')
    await ended
  }
}

/** A fast shutdown: open transactions are rolled back, everything committed is on disk. */
async function stop(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.ref()
  child.kill('SIGINT')
  const late = setTimeout(() => child.kill('SIGQUIT'), 8_000)
  await gone
  clearTimeout(late)
}

/** The eighth line of postmaster.pid turns to "ready"; the first one tells that the file is of this start. */
async function isReady(child: ChildProcess, home: Home, report: (line: string) => void): Promise<boolean> {
  const startedAt = Date.now()
  let told = false
  while (Date.now() - startedAt < READY_WITHIN_MS && child.exitCode === null) {
    const lines = (await readFile(path.join(home.cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split(
      '\n',
    )
    if (lines[0] === String(child.pid) && lines[7]?.startsWith('ready')) return true
    if (!told && Date.now() - startedAt > 1_000) {
      told = true
      report('PostgreSQL is recovering: it was not stopped properly the last time')
    }
    await sleep(10)
  }
  return false
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.')
  return address.port
}

async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n')
  return lines.findLast((line) => /FATAL|PANIC|error/u.test(line)) ?? lines.at(-1) ?? 'it said nothing.'
}
