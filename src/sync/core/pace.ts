/** The first quarter may come at once, for a person who waits; the rest is spread over the span. */
const AT_ONCE_SHARE = 0.25

/** `spacingMs` apart in the long run; `aheadMs` is how far that schedule may be run ahead of. */
export type Pace = { spacingMs: number; aheadMs: number }

/**
 * Such that no span of `perMs`, wherever it begins, sees more than `requests`: a vendor counts by a clock that we do
 * not know. What may come at once is therefore taken off what comes later, and a quarter of the speed with it.
 */
export function paceOf({ requests, perMs }: { requests: number; perMs: number }): Pace {
  const atOnce = Math.max(1, Math.floor(requests * AT_ONCE_SHARE))
  const spacingMs = perMs / Math.max(1, requests - atOnce)
  return { spacingMs, aheadMs: (atOnce - 1) * spacingMs }
}
