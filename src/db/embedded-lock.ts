import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RollcallError } from '../errors.ts'

/**
 * Only one process may run the database of a data directory. Node has no flock, but SQLite takes an
 * operating system lock on its file, which ends with the process however it ends: nothing can go stale.
 */
export function lockDataDir(dataDir: string): () => void {
  const file = new DatabaseSync(path.join(dataDir, 'in-use.lock'), { timeout: 0 })
  try {
    file.exec('begin exclusive')
  } catch (cause) {
    file.close()
    if (!isBusy(cause)) throw cause
    throw new RollcallError('bad_settings', `Another Rollcall is running on the data in ${dataDir}.`, {
      remedy: 'Stop it first, or give this one a DATA_DIR of its own, or point both at one DATABASE_URL.',
      cause,
    })
  }
  return () => file.close()
}

const SQLITE_BUSY = 5

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && thrown.errcode === SQLITE_BUSY
}
