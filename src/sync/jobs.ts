import { Logger as GraphileLogger, type Job, run, type TaskList } from 'graphile-worker'
import { schedule } from 'node-cron'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { DatabaseHandle, Db } from '../db/client.ts'
import { insertJob } from '../db/job-queue.ts'
import { toRollcallError } from '../errors.ts'
import { watchWorkers } from './worker-life.ts'

/** A payload holds ids only: what they stand for is read when the job runs. */
const payloads = {
  retrieve: z.strictObject({ companyId: z.guid(), retrievalId: z.guid() }),
  apply: z.strictObject({ companyId: z.guid(), syncId: z.guid() }),
  /** `subject` is `retrieval:<id>` or `sync:<id>`. */
  announce: z.strictObject({ companyId: z.guid(), subject: z.string() }),
  'register-webhook': z.strictObject({ companyId: z.guid(), connectionId: z.guid() }),
}

export type Tasks = { [T in keyof typeof payloads]: z.infer<(typeof payloads)[T]> }
export type TaskHandlers = { [T in keyof Tasks]: (payload: Tasks[T], job: Job) => Promise<void> }

export type JobOptions = {
  jobKey?: string
  runAt?: Date
  queue?: string
  maxAttempts?: number
  keepRunAt?: boolean
}

/** A message that could not be brought up to date for hours is better left alone; the work itself goes on trying. */
const MAX_ATTEMPTS: Record<keyof Tasks, number> = {
  retrieve: 25,
  apply: 25,
  announce: 10,
  'register-webhook': 10,
}

/** With a transaction as `db` the job is there exactly when the change is. */
export async function enqueue<T extends keyof Tasks>(
  db: Db,
  task: T,
  payload: Tasks[T],
  options: JobOptions = {},
): Promise<void> {
  await insertJob(db, {
    task,
    payload,
    jobKey: options.jobKey ?? null,
    runAt: options.runAt ?? null,
    queue: options.queue ?? null,
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS[task],
    keepRunAt: options.keepRunAt ?? false,
  })
}

export type RunningWorker = { ready(): boolean; stop(): Promise<void> }

export async function startWorker(options: {
  handle: DatabaseHandle
  tasks: TaskHandlers
  log: Logger
  concurrency?: number
}): Promise<RunningWorker> {
  const { handle, tasks, log } = options
  const life = watchWorkers(handle, log)
  try {
    const runner = await run({
      pgPool: handle.pool,
      concurrency: options.concurrency ?? 4,
      pollInterval: 1_000,
      noHandleSignals: true,
      // Otherwise it looks for a file called crontab wherever we are started.
      parsedCronItems: [],
      logger: graphileLogger(log),
      taskList: {
        retrieve: handled('retrieve', tasks, log),
        apply: handled('apply', tasks, log),
        announce: handled('announce', tasks, log),
        'register-webhook': handled('register-webhook', tasks, log),
      } satisfies Record<keyof Tasks, TaskList[string]>,
      preset: { plugins: [announceWorkers(life.announce)] },
    })
    let running = true
    void runner.promise
      .catch((err: unknown) => log.error({ err }, 'the worker ended by itself'))
      .finally(() => {
        running = false
      })
    return {
      ready: () => running,
      async stop() {
        if (running) await runner.stop()
        await life.end()
      },
    }
  } catch (thrown) {
    await life.end()
    throw thrown
  }
}

/** Once a minute in every worker process; what it enqueues carries a job key, so that twice is once. */
export function everyMinute(work: () => Promise<unknown>, log: Logger): { stop(): Promise<void> } {
  const tick = () => work().catch((err: unknown) => log.error({ err }, 'the tick of this minute failed'))
  const task = schedule('* * * * *', tick, { noOverlap: true, suppressMissedWarning: true })
  const first = tick()
  return {
    async stop() {
      await task.destroy()
      await first
    },
  }
}

/** What the queue stores of a failure is shown by its tools, so only our own sentence goes there. */
function handled<T extends keyof Tasks>(task: T, tasks: TaskHandlers, log: Logger): TaskList[string] {
  return async (raw, helpers) => {
    try {
      await tasks[task](payloads[task].parse(raw) as Tasks[T], helpers.job)
    } catch (thrown) {
      log.error({ err: thrown, task, jobId: helpers.job.id, attempt: helpers.job.attempts }, 'job failed')
      const { code, message } = toRollcallError(thrown)
      throw new Error(`${code}: ${message}`)
    }
  }
}

function announceWorkers(announce: (worker: string) => Promise<void>): GraphileConfig.Plugin {
  return {
    name: 'AnnounceWorkersPlugin',
    version: '1.0.0',
    worker: { hooks: { startWorker: (_ctx, { worker }) => announce(worker.workerPool.id) } },
  }
}

/** Its chatter is for debugging; failures are logged above with more and told once. */
function graphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'warning') log.warn(message)
    else log.debug(message)
  })
}
