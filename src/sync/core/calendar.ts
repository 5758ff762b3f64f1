const DAY_MS = 86_400_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * A calendar date so many days on (or back), as `YYYY-MM-DD`. The calendar ends at the years 0000 and 9999,
 * where dates stop comparing as text, so a sum beyond them stays at the last date there is.
 */
export function addDays(date: string, days: number): string {
  const sum = Date.parse(`${date}T00:00:00Z`) + days * DAY_MS
  if (sum > Date.parse('9999-12-31T00:00:00Z')) return '9999-12-31'
  if (sum < Date.parse('0000-01-01T00:00:00Z')) return '0000-01-01'
  return new Date(sum).toISOString().slice(0, 10)
}

/** As people read it: `2026-12-01` -> "1 Dec 2026". Anything that is not a date is given back as it came. */
export function formatDate(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []
  const name = MONTHS[Number(month) - 1]
  return name === undefined ? date : `${Number(day)} ${name} ${year}`
}
