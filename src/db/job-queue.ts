import { sql } from 'kysely'
import type { Db } from './client.ts'

export type JobSpec = {
  task: string
  payload: unknown
  jobKey: string | null
  runAt: Date | null
  queue: string | null
  maxAttempts: number | null
  /** Where a job with this key waits already, it keeps the time at which it is due. */
  keepRunAt: boolean
}

/** In the caller's transaction, if it has one: the job exists exactly when its cause does. */
export async function insertJob(db: Db, job: JobSpec): Promise<void> {
  await sql`select from graphile_worker.add_job(
    ${job.task}, ${JSON.stringify(job.payload)}::json, queue_name => ${job.queue}::text,
    run_at => ${job.runAt}::timestamptz, max_attempts => ${job.maxAttempts}::int, job_key => ${job.jobKey}::text,
    job_key_mode => ${job.keepRunAt ? 'preserve_run_at' : 'replace'}
  )`.execute(db)
}

/** First half of the advisory lock that a worker holds while it lives; the second is its name. */
export const WORKER_LOCK = 0x726f_6c6c

/** Workers that hold jobs although they hold their lock no more. */
export async function findDeadWorkers(db: Db): Promise<string[]> {
  const { rows } = await sql<{ worker: string }>`
    select worker from (
      select locked_by as worker from graphile_worker._private_jobs where locked_by is not null
      union
      select locked_by from graphile_worker._private_job_queues where locked_by is not null
    ) as holders
    where pg_try_advisory_xact_lock(${WORKER_LOCK}, hashtext(worker))`.execute(db)
  return rows.map((row) => row.worker)
}

/** Their jobs are free again at once; the attempt that died counts. */
export async function releaseJobsOf(db: Db, workers: readonly string[]): Promise<void> {
  await sql`select graphile_worker.force_unlock_workers(${workers}::text[])`.execute(db)
}
