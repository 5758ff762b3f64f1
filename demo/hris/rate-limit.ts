const WINDOW_MS = 60_000

export type Allowance = { ok: boolean; limit: number; remaining: number; resetSeconds: number }

/** Counts requests by key in whole minutes of the clock, as the vendor does. */
export function createRateLimit(perMinute: number) {
  let openWindow = 0
  const used = new Map<string, number>()

  return function take(key: string, nowMs: number): Allowance {
    const window = Math.floor(nowMs / WINDOW_MS)
    if (window !== openWindow) used.clear()
    openWindow = window
    const count = (used.get(key) ?? 0) + 1
    used.set(key, count)
    return {
      ok: count <= perMinute,
      limit: perMinute,
      remaining: Math.max(0, perMinute - count),
      resetSeconds: ((window + 1) * WINDOW_MS) / 1000,
    }
  }
}
