import { setTimeout as sleep } from 'node:timers/promises'

export type Letter = { url: string; headers: Readonly<Record<string, string>>; body: string }

/** One attempt. `status` is `null` when nobody answered, or when the address is not on this machine. */
export type Sent = { hook: string; url: string; status: number | null }

export type Courier = ReturnType<typeof createCourier>

/** Vendors try again for hours or days. A rehearsal has no such time. */
const RETRY_DELAYS_MS = [1000, 2000, 4000]
const MOST_REMEMBERED = 1000
const TIMEOUT_MS = 3000

/** Delivers webhooks: in order for each hook, again after a failure, and never to another machine. */
export function createCourier(retryDelaysMs: readonly number[] = RETRY_DELAYS_MS) {
  const closed = new AbortController()
  const queues = new Map<string, Promise<void>>()
  const sent: Sent[] = []

  async function attempt(hook: string, letter: Letter): Promise<number | null> {
    const status = isOnThisMachine(letter.url) ? await post(letter, closed.signal) : null
    sent.push({ hook, url: letter.url, status })
    if (sent.length > MOST_REMEMBERED) sent.shift()
    return status
  }

  async function deliver(
    hook: string,
    write: () => Letter,
    wantsRetry: (status: number | null) => boolean,
  ): Promise<void> {
    for (const delayMs of [0, ...retryDelaysMs]) {
      await sleep(delayMs, undefined, { signal: closed.signal }).catch(() => undefined)
      if (closed.signal.aborted) return
      const letter = write()
      if (!wantsRetry(await attempt(hook, letter)) || !isOnThisMachine(letter.url)) return
    }
  }

  return {
    attempt,
    /** `write` is asked anew for each attempt: a signature may hold the time. */
    send(hook: string, write: () => Letter, wantsRetry = isFailure): void {
      const before = queues.get(hook) ?? Promise.resolve()
      queues.set(
        hook,
        before.then(() => deliver(hook, write, wantsRetry)),
      )
    },
    /** When everything handed over so far was delivered or given up. */
    settled: async (): Promise<void> => void (await Promise.all(queues.values())),
    sent: (): readonly Sent[] => sent,
    close: () => closed.abort(),
  }
}

/** A 4xx is a refusal that was meant, and 501 will not change. */
function isFailure(status: number | null): boolean {
  return status === null || (status >= 500 && status !== 501)
}

async function post({ url, headers, body }: Letter, closed: AbortSignal): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closed, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return response.status
  } catch {
    return null
  }
}

/** Vendors insist on https; a rehearsal also speaks to its own machine without, and to no other at all. */
export function mayBeHookUrl(url: string): boolean {
  return URL.canParse(url) && (new URL(url).protocol === 'https:' || isOnThisMachine(url))
}

function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)
}
