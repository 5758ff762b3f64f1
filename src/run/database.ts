import type { Config } from '../config.ts'
import { checkDatabase } from '../db/check.ts'
import { type DatabaseHandle, openDatabase } from '../db/client.ts'
import { startEmbedded } from '../db/embedded.ts'
import { RollcallError } from '../errors.ts'
import type { Cleanup } from './cleanup.ts'

/** `failed` settles when the database that we run ourselves has ended without being asked to. */
export type ConnectedDatabase = { handle: DatabaseHandle; failed: Promise<RollcallError> }

export async function connectDatabase(
  { database, dataDir }: Config,
  report: (line: string) => void,
  cleanup: Cleanup,
): Promise<ConnectedDatabase> {
  const { url, failed } =
    database.kind === 'url'
      ? { url: database.url, failed: new Promise<never>(() => undefined) }
      : await startOwn(dataDir, report, cleanup)
  const handle = openDatabase(url)
  cleanup.add('database connections', () => handle.close(), 1_000)
  await checkDatabase(handle)
  return { handle, failed }
}

async function startOwn(dataDir: string, report: (line: string) => void, cleanup: Cleanup) {
  const embedded = await startEmbedded(dataDir, report)
  let stopping = false
  cleanup.add(
    'database',
    () => {
      stopping = true
      return embedded.stop()
    },
    10_000,
  )
  const failed = new Promise<RollcallError>((resolve) => {
    void embedded.gone.then(() => {
      if (stopping) return
      resolve(
        new RollcallError('database_unavailable', 'PostgreSQL ended by itself.', {
          remedy: `Its log is in ${dataDir}. Start again: everything confirmed is kept.`,
        }),
      )
    })
  })
  return { url: embedded.url, failed }
}
