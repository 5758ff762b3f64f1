import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { urlOf } from './embedded.ts'
import { findHome } from './embedded-home.ts'

/** `stopped`: its data is there and nobody runs it. */
export type EmbeddedState = { state: 'none' } | { state: 'stopped' } | { state: 'running'; url: string }

/** Whether the database of a data directory exists and runs, without starting or changing anything. */
export async function findEmbedded(dataDir: string): Promise<EmbeddedState> {
  const home = await findHome(path.resolve(dataDir))
  if (home === undefined) return { state: 'none' }
  const port = await readRunningPort(path.join(home.cluster, 'postmaster.pid'))
  return port === null ? { state: 'stopped' } : { state: 'running', url: urlOf(home, port) }
}

/** The server's own file: its process on the first line, its port on the fourth, "ready" on the eighth. */
async function readRunningPort(pidFile: string): Promise<number | null> {
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  const isReady = lines[7]?.startsWith('ready') === true
  return isReady && port > 0 && isAlive(pid) ? port : null
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
