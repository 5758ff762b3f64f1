/** At least half of it is waited: who is told to slow down is not asked again within the same second. */
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 20_000

/** What the provider asked for, or else doubling pauses of which half is chance, so that callers spread out. */
export function waitMs(attempt: number, askedMs: number | null, random: number): number {
  if (askedMs !== null) return askedMs
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
  return full / 2 + (full / 2) * random
}

/**
 * How long a 429 or 503 asks us to wait: `Retry-After` in seconds or as an HTTP date, else `X-RateLimit-Reset` in
 * Unix seconds. `null` when it does not say, or says something senseless.
 */
export function askedWaitMs(headers: Headers, now: number): number | null {
  const retryAfter = headers.get('retry-after')?.trim()
  if (retryAfter) {
    if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000
    return untilMs(Date.parse(retryAfter), now)
  }
  const reset = headers.get('x-ratelimit-reset')?.trim()
  return reset && /^\d+$/.test(reset) ? untilMs(Number(reset) * 1000, now) : null
}

/** A second more than the difference: clocks disagree, and a refused try costs more than a short wait. */
function untilMs(instant: number, now: number): number | null {
  return Number.isNaN(instant) ? null : Math.max(0, instant - now) + 1000
}
