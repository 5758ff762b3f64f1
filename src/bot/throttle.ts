/** Keys that have not been asked about for this long are forgotten. */
const FORGET_AFTER_MS = 10 * 60 * 1000

/** @returns a function that says whether `key` is due, at most once every `everyMs` */
export function createThrottle(everyMs: number): (key: string, nowMs: number) => boolean {
  const lastMs = new Map<string, number>()
  return (key, nowMs) => {
    const last = lastMs.get(key)
    if (last !== undefined && nowMs - last < everyMs) return false
    for (const [other, at] of lastMs) if (nowMs - at > FORGET_AFTER_MS) lastMs.delete(other)
    lastMs.set(key, nowMs)
    return true
  }
}
