import { execFileSync } from 'node:child_process'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RollcallError } from '../errors.ts'
import type { Home } from './embedded-home.ts'

/**
 * A server that outlived its Rollcall (which was killed together with its watcher) is shut down. We hold
 * the lock of the data directory here, so whatever runs on this cluster has no owner any more.
 */
export async function endOrphan(home: Home, report: (line: string) => void): Promise<void> {
  const pidFile = path.join(home.cluster, 'postmaster.pid')
  const pid = Number.parseInt((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0] ?? '', 10)
  if (!(pid > 0) || !isAlive(pid)) return
  if (!(await runsOn(pid, home.cluster))) {
    // Its number was given to somebody else since; PostgreSQL would take that process for its own and refuse.
    await rm(pidFile)
    return
  }
  report(`Stopping the PostgreSQL (process ${pid}) that an earlier run left behind`)
  if (await end(pid, home, 'SIGINT', 15_000)) return
  if (await end(pid, home, 'SIGQUIT', 5_000)) return
  throw new RollcallError(
    'database_unavailable',
    `PostgreSQL from an earlier run (process ${pid}) does not stop.`,
    {
      remedy: 'Stop that process and start again. Nothing is lost.',
    },
  )
}

async function end(pid: number, home: Home, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  process.kill(pid, signal)
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(20)) {
    // In a container whose first process collects no children it stays in the table after its end.
    if (!isAlive(pid) || !(await runsOn(pid, home.cluster))) return true
  }
  return false
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/** A server's working directory is its cluster; where that cannot be read, its command line names it. */
async function runsOn(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => null)
    return directory === (await realpath(cluster))
  }
  const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  if (command.includes(cluster)) return true
  if (!command.includes('postgres')) return false
  throw new RollcallError('database_unavailable', `Process ${pid} may be using the database in ${cluster}.`, {
    remedy: 'Stop it if it is a PostgreSQL of an earlier run, and start again.',
  })
}
