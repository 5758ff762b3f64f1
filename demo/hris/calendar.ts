const DAY_MS = 86_400_000

/** Calendar arithmetic on `YYYY-MM-DD`; UTC only because it has no daylight saving. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

export function yearOf(date: string): number {
  return Number(date.slice(0, 4))
}

/** The form HiBob shows to people in a British tenant, and why its display values are unsafe for dates. */
export function dayMonthYear(date: string): string {
  return `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(0, 4)}`
}
