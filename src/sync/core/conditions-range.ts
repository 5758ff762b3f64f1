import { addDays } from './calendar.ts'

/** Ends of a range of numbers (as decimal text) or dates; `null` is open. */
export type Bound = { at: string; included: boolean }
export type Range = { from: Bound | null; to: Bound | null }

export const only = (at: string): Range => between(at, at)
export const between = (from: string, to: string): Range => ({
  from: { at: from, included: true },
  to: { at: to, included: true },
})
export const above = (at: string, included = false): Range => ({ from: { at, included }, to: null })
export const below = (at: string, included = false): Range => ({ from: null, to: { at, included } })

/** Days counted from today, both ends included. */
export type DaysFromToday = { from: number; to: number }

export function datesAround(today: string, days: DaysFromToday): Range {
  return between(addDays(today, days.from), addDays(today, days.to))
}

export function isWithin(value: string, range: Range, compare: (a: string, b: string) => number): boolean {
  const { from, to } = range
  if (from !== null && compare(value, from.at) < (from.included ? 0 : 1)) return false
  return to === null || compare(value, to.at) <= (to.included ? 0 : -1)
}

/** What counts as a date in HR's custom fields: its form. An impossible day sorts where it would stand. */
export const DATE_PATTERN = '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
const dateForm = new RegExp(DATE_PATTERN)
export const isDateText = (text: string): boolean => dateForm.test(text)

/** Dates of this form sort as text. */
export const compareDates = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * What counts as a number in HR's text: plain decimal digits. "1,200" is not one (1200 here, 1.2 there), nor
 * is "1e5". The length keeps a text of digits within what the database can read.
 */
export const NUMBER_PATTERN = '^[+-]?[0-9]+([.][0-9]+)?$'
export const NUMBER_MAX_LENGTH = 1000
const numberForm = new RegExp(NUMBER_PATTERN)
export const isNumberText = (text: string): boolean =>
  text.length <= NUMBER_MAX_LENGTH && numberForm.test(text)

/** By every digit: 9007199254740993 and ...992 differ, which they would not as floating point. */
export function compareNumbers(a: string, b: string): number {
  const scale = Math.max(decimals(a), decimals(b))
  const [left, right] = [scaled(a, scale), scaled(b, scale)]
  return left < right ? -1 : left > right ? 1 : 0
}

const decimals = (text: string): number => (text.split('.')[1] ?? '').length

function scaled(text: string, scale: number): bigint {
  const digits = text.replace(/[+.-]/g, '') + '0'.repeat(scale - decimals(text))
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits)
}
