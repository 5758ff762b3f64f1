import { openDatabase } from '../../src/db/client.ts'
import { createLogger } from '../../src/log.ts'
import { startWorker } from '../../src/sync/jobs.ts'

/** A worker process that takes a job, says so, and never finishes it: made to be killed. */
const [url = ''] = process.argv.slice(2)
const never = async () => {
  console.log('taken')
  await new Promise(() => setInterval(() => undefined, 1_000))
}
await startWorker({
  handle: openDatabase(url),
  tasks: { retrieve: never, apply: never, announce: never, 'register-webhook': never },
  log: createLogger({ level: 'silent' }),
})
console.log('started')
