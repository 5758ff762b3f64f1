import { setTimeout as sleep } from 'node:timers/promises'
import { type RollcallError, toRollcallError } from '../errors.ts'
import { createLogger } from '../log.ts'

type Stoppable = { stop(): Promise<void>; failed: Promise<RollcallError> }

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const STOP_WITHIN_MS = 10_000
const HURRY_AFTER_MS = 1_000

/**
 * A program's whole life: starts it, stops it once on a signal or a crash, and leaves with the right exit
 * code. What a person can mend is told in one line on stderr; a crash goes to the log with its stack.
 */
export async function runProcess(name: string, begin: () => Promise<Stoppable>): Promise<void> {
  let leavingSince: number | null = null
  const leave = async (exitCode: number) => {
    if (leavingSince !== null) {
      // npm passes on the Ctrl-C that the terminal has sent us already; one that comes later is a person in a hurry.
      if (Date.now() - leavingSince > HURRY_AFTER_MS) process.exit(130)
      return
    }
    leavingSince = Date.now()
    const stopped = starting.then((running) => running.stop()).catch(() => undefined)
    await Promise.race([stopped, sleep(STOP_WITHIN_MS)])
    process.exit(exitCode)
  }
  const crash = (err: unknown) => {
    createLogger({ level: 'error' }).fatal({ err }, 'crashed')
    void leave(1)
  }
  for (const signal of SIGNALS) process.on(signal, () => void leave(0))
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)

  const starting = begin()
  try {
    const { failed } = await starting
    void failed.then((error) => {
      process.stderr.write(`${name} has to stop: ${oneLine(error)}\n`)
      void leave(1)
    })
  } catch (thrown) {
    if (leavingSince !== null) return
    for (const line of explain(thrown)) process.stderr.write(`${name} cannot start: ${line}\n`)
    process.exit(1)
  }
}

/** Settings have a line for each problem, everything else is one line. */
export function explain(thrown: unknown): string[] {
  const error = toRollcallError(thrown)
  return error.code === 'bad_settings' && error.remedy === null ? error.message.split('\n') : [oneLine(error)]
}

function oneLine(error: RollcallError): string {
  // What nobody foresaw has no remedy; its own words are the best there is.
  const what = error.code === 'internal' && error.cause instanceof Error ? error.cause.message : error.message
  const remedy = error.code === 'internal' ? '' : (error.remedy ?? '')
  return `${what} ${remedy}`.replace(/\s+/gu, ' ').trim()
}
