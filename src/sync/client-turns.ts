import { tooManyRequests } from './client-errors.ts'
import type { Provider } from './provider.ts'

/** Whose turn it is to ask an HR system, across all processes. `request-turns.ts` builds it on the database. */
export type Turns = {
  /** A turn in every limit that counts `path`, or none at all. A place not left is free again after `placeMs`. */
  take(path: string, placeMs: number): Promise<Turn>
  /** The HR system asked for a pause: nobody with this account gets a turn before it is over. */
  pause(path: string, forMs: number): Promise<void>
}

/** Where `waitMs` is more than 0 nothing was taken, and asking again makes sense after so long. */
export type Turn = { waitMs: 0; leave: () => void } | { waitMs: number; leave: null }

/** A place outlives its request by this, so that it cannot be given away while an answer is still read. */
const PLACE_MARGIN_MS = 5_000

type Asking = {
  provider: Provider
  turns: Turns | undefined
  path: string
  timeoutMs: number
  patienceMs: number
  sleep: (ms: number) => Promise<void>
}

/**
 * Returns when the HR system may be asked; call what it returns when the answer is there. A database that fails is
 * thrown as it is, and nothing is sent: a retrieval is then tried again by the job queue.
 *
 * @throws RollcallError `provider_rate_limited` when it would take longer than `patienceMs`
 */
export async function waitForTurn(asking: Asking): Promise<() => void> {
  const { provider, turns, path, timeoutMs, patienceMs, sleep } = asking
  if (turns === undefined) return () => undefined
  for (let waitedMs = 0; ; ) {
    const { waitMs, leave } = await turns.take(path, timeoutMs + PLACE_MARGIN_MS)
    if (leave !== null) return leave
    waitedMs += waitMs
    if (waitedMs > patienceMs) throw tooManyRequests(provider, waitMs)
    await sleep(waitMs)
  }
}
