import { Hono } from 'hono'
import type { DatabaseHandle } from '../db/client.ts'
import { pendingMigrations } from '../db/migrate.ts'
import type { RunningWorker } from '../sync/jobs.ts'

export type WorkerState = Pick<RunningWorker, 'ready'>

/** `null` for the worker where this process has none (ROLE=web). */
export function healthRoutes({ handle, worker }: { handle: DatabaseHandle; worker: WorkerState | null }) {
  const app = new Hono()

  app.get('/healthz', (c) => c.json({ status: 'ok' }))

  app.get('/readyz', async (c) => {
    const database = await passes(() => handle.pool.query('select 1'))
    const migrations = database && (await passes(() => hasNoneWaiting(handle)))
    const checks = { database, migrations, worker: worker?.ready() ?? null }
    const ready = Object.values(checks).every((passed) => passed !== false)
    return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503)
  })

  return app
}

async function hasNoneWaiting(handle: DatabaseHandle): Promise<void> {
  const waiting = await pendingMigrations(handle)
  if (waiting.length > 0) throw new Error(`waiting: ${waiting.join(', ')}`)
}

/** Why it failed is in the log of whoever needed the database; a probe only asks whether. */
async function passes(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check()
    return true
  } catch {
    return false
  }
}
