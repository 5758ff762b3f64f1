import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

type Step = { name: string; withinMs: number; stop: () => Promise<unknown> }

export type Cleanup = {
  /** Steps run in the reverse order of their adding. */
  add(name: string, stop: () => Promise<unknown>, withinMs?: number): void
  /** Runs every step, also after one that fails or does not end in time. A second call waits for the first. */
  run(log: Logger): Promise<void>
}

export function createCleanup(): Cleanup {
  const steps: Step[] = []
  let running: Promise<void> | null = null
  return {
    add: (name, stop, withinMs = 2_000) => void steps.push({ name, stop, withinMs }),
    run(log) {
      running ??= runAll(steps, log)
      return running
    },
  }
}

async function runAll(steps: Step[], log: Logger): Promise<void> {
  for (const { name, stop, withinMs } of steps.toReversed()) {
    const late = new AbortController()
    try {
      const inTime = await Promise.race([
        stop().then(() => true),
        sleep(withinMs, false, { signal: late.signal }).catch(() => true),
      ])
      if (!inTime) log.warn({ step: name }, 'did not stop in time; going on without it')
    } catch (err) {
      log.warn({ err, step: name }, 'did not stop properly')
    } finally {
      late.abort()
    }
  }
}
