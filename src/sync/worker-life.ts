import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import type { DatabaseHandle } from '../db/client.ts'
import { findDeadWorkers, releaseJobsOf, WORKER_LOCK } from '../db/job-queue.ts'

/**
 * How soon a job is taken over whose process was killed: its worker must be found dead twice. Once could be
 * a live one that is just winning back its lock after the database restarted.
 */
const SWEEP_EVERY_MS = 1_500
/** Well within a sweep, so that a live worker is not found dead twice. */
const REOPEN_EVERY_MS = 250
/** A machine that lost its power says nothing: PostgreSQL asks it, and drops its session after about 20 s. */
const KEEPALIVE =
  'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3'

export type WorkerLife = {
  /** Holds a session lock under the worker's name until `end`. To be awaited before the first job is taken. */
  announce(worker: string): Promise<void>
  end(): Promise<void>
}

/** graphile-worker gives a job back only 4 hours after its worker took it; a killed process is noticed here. */
export function watchWorkers(handle: DatabaseHandle, log: Logger): WorkerLife {
  const workers = new Map<string, Promise<void>>()
  const ending = new AbortController()
  let opening: Promise<pg.Client> | null = null

  async function open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: handle.url,
      application_name: 'rollcall-worker',
      keepAlive: true,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query(KEEPALIVE)
      for (const worker of workers.keys()) await lock(client, worker)
    } catch (thrown) {
      await client.end().catch(() => undefined)
      throw thrown
    }
    client.once('end', () => {
      opening = null
      if (ending.signal.aborted) return
      log.warn('the worker lost its lock; taking it again')
      void reopen()
    })
    return client
  }

  const opened = () => {
    opening ??= open().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  async function reopen(): Promise<void> {
    while (!ending.signal.aborted) {
      const isOpen = await opened().then(Boolean, () => false)
      if (isOpen) return
      await pause(REOPEN_EVERY_MS)
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: ending.signal }).catch(() => undefined)

  async function sweep(suspects: readonly string[]): Promise<string[]> {
    await opened()
    const dead = (await findDeadWorkers(handle.db)).filter((worker) => !workers.has(worker))
    const surely = dead.filter((worker) => suspects.includes(worker))
    if (surely.length > 0) {
      await releaseJobsOf(handle.db, surely)
      log.warn({ workers: surely.length }, 'gave back the jobs of a worker that died')
    }
    return dead.filter((worker) => !surely.includes(worker))
  }

  const sweeping = (async () => {
    let suspects: string[] = []
    while (!ending.signal.aborted) {
      suspects = await sweep(suspects).catch((err: unknown) => {
        log.warn({ err }, 'could not look for dead workers')
        return []
      })
      await pause(SWEEP_EVERY_MS)
    }
  })()

  return {
    announce(worker) {
      const known = workers.get(worker)
      if (known !== undefined) return known
      const held = opened().then((client) => lock(client, worker))
      // Remembered before it is held: if this session cannot be had, the next one takes the lock.
      workers.set(worker, held)
      return held
    },
    async end() {
      ending.abort()
      await sweeping
      await opening?.then((client) => client.end()).catch(() => undefined)
    },
  }
}

async function lock(client: pg.Client, worker: string): Promise<void> {
  await client.query('select pg_advisory_lock($1, hashtext($2))', [WORKER_LOCK, worker])
}
