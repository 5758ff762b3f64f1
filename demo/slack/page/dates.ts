const dayMs = 24 * 60 * 60 * 1000

const formats: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
  time: { hour: '2-digit', minute: '2-digit' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
}

export type Now = { nowMs: number; tz: string }

/** Slack's date format: `{date_short_pretty} at {time}`, told in the reader's own time zone. */
export function formatDate(seconds: number, format: string, now: Now) {
  const atMs = seconds * 1000
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => {
    if (token === 'ago') return ago(now.nowMs - atMs)
    const plain = token.replace('_pretty', '').replace('day_divider', 'date_long')
    const options = formats[plain]
    if (!options) return whole
    if (plain === 'date_num') return isoDay(atMs, now.tz)
    const near = token.endsWith('_pretty') ? nearDay(atMs, now) : null
    return near ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: now.tz }).format(atMs)
  })
}

export const clockTime = (seconds: number, now: Now) => formatDate(seconds, '{time}', now)

function nearDay(atMs: number, { nowMs, tz }: Now): string | null {
  const day = isoDay(atMs, tz)
  if (day === isoDay(nowMs, tz)) return 'today'
  if (day === isoDay(nowMs - dayMs, tz)) return 'yesterday'
  return day === isoDay(nowMs + dayMs, tz) ? 'tomorrow' : null
}

/** The Swedish way of writing dates happens to be ISO's. */
const isoDay = (atMs: number, tz: string) => new Intl.DateTimeFormat('sv-SE', { timeZone: tz }).format(atMs)

function ago(ms: number) {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  const span =
    minutes < 60
      ? `${minutes} min`
      : minutes < 1440
        ? `${Math.round(minutes / 60)} h`
        : `${Math.round(minutes / 1440)} d`
  return ms < 0 ? `in ${span}` : `${span} ago`
}
