import type { Actor, FieldValue } from '../../model.ts'

/** Numbers, dates and values as people read them. Pure: no clock, no locale of the machine. */
export const count = (n: number): string => n.toLocaleString('en-GB')

/** `*14*`: numbers are what the eye looks for. */
export const bold = (n: number): string => `*${count(n)}*`

export const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

export const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many)

/** A person by their own name; what happened by itself, or over the API, has none. */
export const whoWords = (actor: Actor): string => (actor.kind === 'slack' ? `<@${actor.userId}>` : 'Somebody')

/** An instant in the reader's own time zone: "today at 06:12". */
export function slackDate(at: Date): string {
  const fallback = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} at {time}|${fallback}>`
}

/** The day of an instant, where the hour says nothing: "3 Mar 2026". */
export const slackDay = (at: Date): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^{date_short}|${calendarDay(at.toISOString().slice(0, 10))}>`

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026-12-01` as "1 Dec 2026", letter by letter: no time zone touches it. */
export function calendarDay(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []
  const name = MONTHS[Number(month) - 1]
  return name === undefined ? date : `${Number(day)} ${name} ${year}`
}

/** Any field's value in words, as it is shown beside its label. */
export function valueText(value: FieldValue | null): string {
  if (value === null || value === '') return 'empty'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'object') return value.join(', ')
  return typeof value === 'string' ? calendarDay(value) : String(value)
}

/** "a", "a and b", "a, b and c" */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1)
  if (last === undefined) return ''
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
}
