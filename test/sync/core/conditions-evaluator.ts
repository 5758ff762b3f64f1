import type { Condition, ConditionTree } from '../../../src/sync/core/conditions.ts'

/**
 * A second opinion on what conditions mean, written from their description and sharing no code with `src`:
 * slow, obvious, over the payload as the cache holds it. `null` is "cannot tell".
 */
export type Payload = Record<string, unknown> & { unread?: string[]; custom?: Record<string, unknown> }
export type Types = Readonly<Record<string, string>>

export function evaluate(
  tree: ConditionTree,
  types: Types,
  payload: Payload | null,
  today: string,
  held: readonly string[] = [],
) {
  const evaluateOne = (condition: Condition) => evaluateCondition(condition, types, payload, { today, held })
  return settle(
    tree.match,
    tree.items.map((item) =>
      'items' in item
        ? settle(
            item.match,
            item.items.map((inner) => evaluateOne(inner)),
          )
        : evaluateOne(item),
    ),
  )
}

function settle(match: string, answers: (boolean | null)[]): boolean | null {
  const votes = { yes: 0, no: 0, unknown: 0 }
  for (const answer of answers) votes[answer === null ? 'unknown' : answer ? 'yes' : 'no'] += 1
  if (match === 'all') return votes.no > 0 ? false : votes.unknown > 0 ? null : true
  return votes.yes > 0 || answers.length === 0 ? true : votes.unknown > 0 ? null : false
}

function evaluateCondition(
  condition: Condition,
  types: Types,
  payload: Payload | null,
  { today, held }: { today: string; held: readonly string[] },
): boolean | null {
  if (payload === null) return null
  const { field } = condition
  const isCustom = field.startsWith('custom:')
  const delivered = isCustom
    ? field.slice(7) in (payload.custom ?? {})
    : !(payload.unread ?? []).includes(field)
  if (!delivered) return null
  const value = (isCustom ? payload.custom?.[field.slice(7)] : payload[field]) ?? null
  if (held.includes(field) && isEmpty(value)) return null
  const opposites: Record<string, string> = {
    is_not: 'is',
    is_none_of: 'is_any_of',
    does_not_contain: 'contains',
    is_not_empty: 'is_empty',
  }
  const positive = opposites[condition.operator]
  const answer = holds(
    { ...condition, operator: positive ?? condition.operator },
    types[field] ?? '',
    value,
    today,
  )
  return positive === undefined ? answer : !answer
}

// biome-ignore lint/suspicious/noExplicitAny: one loose record of operands keeps this evaluator plain
function holds(condition: any, type: string, value: unknown, today: string): boolean {
  if (condition.operator === 'is_empty') return isEmpty(value)
  return partsOf(value).filter((part) => holdsOf(condition, type, part, today)).length > 0
}

function partsOf(value: unknown): unknown[] {
  if (value === null) return []
  return Array.isArray(value) ? value : [value]
}

const isEmpty = (value: unknown): boolean => !partsOf(value).some((part) => plain(raw(part)) !== '')

// biome-ignore lint/suspicious/noExplicitAny: as above
function holdsOf(condition: any, type: string, value: unknown, today: string): boolean {
  const wanted: string[] = (condition.values ?? [condition.value]).map((item: unknown) => plain(String(item)))
  const whole = plain(raw(value))
  if (type === 'list') return wanted.includes(whole)
  switch (condition.operator) {
    case 'is':
      if (type === 'number') return numeric(raw(value), (n) => n === sortable(condition.value))
      if (type === 'date') return dated(raw(value), (d) => d === condition.value)
      return wanted.includes(whole)
    case 'is_any_of':
      return wanted.includes(whole)
    case 'contains':
      return whole.split(wanted[0] ?? '').length > 1
    case 'starts_with':
      return whole.slice(0, wanted[0]?.length) === wanted[0]
    case 'ends_with':
      return (
        whole.length >= (wanted[0]?.length ?? 0) &&
        whole.slice(whole.length - (wanted[0]?.length ?? 0)) === wanted[0]
      )
    case 'before':
      return dated(raw(value), (d) => d < condition.value)
    case 'after':
      return dated(raw(value), (d) => d > condition.value)
    case 'on_or_before':
      return dated(raw(value), (d) => d <= condition.value)
    case 'on_or_after':
      return dated(raw(value), (d) => d >= condition.value)
    case 'in_last_days':
      return dated(raw(value), (d) => d >= shift(today, -condition.days) && d <= today)
    case 'in_next_days':
      return dated(raw(value), (d) => d >= today && d <= shift(today, condition.days))
    case 'greater_than':
      return numeric(raw(value), (n) => n > sortable(condition.value))
    case 'less_than':
      return numeric(raw(value), (n) => n < sortable(condition.value))
    case 'between':
      if (type === 'date') return dated(raw(value), (d) => d >= condition.from && d <= condition.to)
      return numeric(raw(value), (n) => n >= sortable(condition.from) && n <= sortable(condition.to))
    default:
      throw new Error(`No such operator: ${condition.operator}`)
  }
}

function raw(value: unknown): string {
  if (typeof value !== 'number') return String(value)
  for (let digits = 1; ; digits += 1) {
    const shortest = Number(value.toPrecision(digits)) === value
    if (shortest) return value.toLocaleString('en', { useGrouping: false, maximumSignificantDigits: digits })
  }
}

const ONE_LETTER: Record<string, string> = { İ: 'i', ı: 'i', ς: 'σ', Σ: 'σ', ß: 'ss', ẞ: 'ss' }

/** Letter by letter, where the product works on the whole text. */
function plain(text: string): string {
  const letters = [...text.normalize('NFKC')].map((letter) => ONE_LETTER[letter] ?? letter.toLowerCase())
  return letters
    .join('')
    .split('i\u0307')
    .join('i')
    .normalize('NFKC')
    .replace(/^\s+|\s+$/g, '')
}

function dated(text: string, test: (date: string) => boolean): boolean {
  const [year, month, day, ...rest] = text.replace(/^\s+|\s+$/g, '').split('-')
  const parts = [year, month, day].every((part) => part !== undefined && /^[0-9]+$/.test(part))
  if (!parts || rest.length > 0 || year?.length !== 4 || month?.length !== 2 || day?.length !== 2)
    return false
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return false
  return test(`${year}-${month}-${day}`)
}

function numeric(text: string, test: (number: string) => boolean): boolean {
  const trimmed = text.replace(/^\s+|\s+$/g, '')
  return trimmed.length <= 1000 && /^[-+]?[0-9]+(\.[0-9]+)?$/.test(trimmed) && test(sortable(trimmed))
}

/** Digits padded on both sides, complemented below zero: numbers that sort as text. */
function sortable(text: string): string {
  const [whole = '', fraction = ''] = text.replace(/^[-+]/, '').split('.')
  const digits = whole.padStart(1000, '0') + fraction.padEnd(1000, '0')
  if (!text.startsWith('-') || !/[1-9]/.test(digits)) return `1${digits}`
  return `0${digits.replace(/[0-9]/g, (digit) => String(9 - Number(digit)))}`
}

function shift(date: string, days: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10)
}
