import fc from 'fast-check'
import { type CoveredField, type Employee, type FieldType, STATUSES } from '../../../src/model.ts'
import type { Condition, ConditionTree } from '../../../src/sync/core/conditions.ts'
import { createCatalogue, operatorsFor } from '../../../src/sync/core/conditions-fields.ts'
import { employee as person } from './people.ts'

/** Made-up people and conditions that are hard to compare. */
export const TODAY = '2026-11-23'
export const catalogue = createCatalogue(
  (['text', 'number', 'date', 'boolean', 'choice', 'list'] as const).map((type) => ({
    id: `${type} 'field'`,
    label: `A ${type}`,
    type,
  })),
)
export const types = Object.fromEntries([...catalogue].map(([key, { type }]) => [key, type]))

const PIECES = [
  ...[
    'a',
    'A',
    'b',
    'é',
    'e\u0301',
    'É',
    'E\u0301',
    'ñ',
    'n\u0303',
    'q\u0303',
    'Q\u0303',
    'ß',
    'ẞ',
    'ss',
    'SS',
  ],
  ...[
    'i',
    'I',
    'İ',
    'ı',
    'i\u0307',
    'I\u0307',
    'σ',
    'ς',
    'Σ',
    'ΟΔΟΣ',
    'ΐ',
    'Ϊ\u0301',
    '\u0301',
    'ﬁ',
    'Ａ',
    'ａ',
    'Ж',
    'ж',
    '東',
    '京',
    'ｶﾞ',
    'ガ',
  ],
  ...['ع', 'ﻋ', 'مرحبا', 'שָׁ', 'ა', 'Ა', '\u{1E900}', '\u{1E922}', '😀', 'K', 'Å', 'Å', '²', '2', '①', 'ǅ'],
  ...['%', '_', '\\', "'", '"', '$1', '?', '{', '}', ',', '[', ']', '-', '.', '(', ')', '*', ';--', 'null'],
  ...[' ', '  ', '\t', '\n', '\u00a0', '\u1680', '\u2003', '\u3000', '\ufeff', '\u200b', '´'],
]
const word = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join(''))
// The one character whose plain form is younger than the embedded server.
const anyText = fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => !/[\0\uA7F1]/.test(text))
const text = fc.oneof(
  { weight: 6, arbitrary: word },
  {
    weight: 3,
    arbitrary: fc.constantFrom('London', ' london\u00a0', 'LONDON', 'New York', 'Straße', 'STRASSE'),
  },
  // Each pair differs only where one of them has a sign that LIKE would read as a wildcard.
  { weight: 2, arbitrary: fc.constantFrom('a%b', 'axxb', '%', 'a_b', 'axb', '_', 'a\\%b', 'a\\b') },
  { weight: 1, arbitrary: anyText },
)
const wanted = text.filter((value) => /[^\s\u200b]/.test(value.normalize('NFKC').trim()))

const decimal = fc.oneof(
  fc.constantFrom('0', '-0', '1', '+1', '1.0', '01', '-1', '12.5', '9007199254740992', '9007199254740993'),
  fc.constantFrom(
    '100000000000000000000000',
    '99999999999999999999.000001',
    '-9007199254740993',
    '0.1',
    '0.10',
  ),
  fc.integer({ min: -3, max: 3 }).map(String),
)
const date = fc.oneof(
  fc.constantFrom(
    '2026-11-22',
    '2026-11-23',
    '2026-11-24',
    '2026-12-31',
    '2027-01-01',
    '2024-02-29',
    '0001-01-01',
    '9999-12-31',
  ),
  fc
    .integer({ min: -40, max: 40 })
    .map((days) => new Date(Date.UTC(2026, 10, 23 + days)).toISOString().slice(0, 10)),
)
const oddDate = fc.constantFrom(
  '2026-13-01',
  '2026-00-10',
  '2026-02-30',
  '2026-11-32',
  ' 2026-11-23 ',
  '2026-11-23T00:00:00Z',
  '23.11.2026',
  '2026-1-2',
  '２０２６-11-23',
  '',
  ' ',
)
const number = fc.oneof(
  decimal,
  fc.constantFrom(0, 1, -1, 0.1, 12.5, 1e21, 5e-7, -2.5e-9, 1.5e300, 2 ** 53, Number.MAX_VALUE, 5e-324),
  fc.constantFrom(
    'about 5',
    '1,200',
    '1e5',
    '.5',
    '5.',
    ' 1 ',
    '\u00a012.5\u3000',
    '１',
    '--1',
    '9'.repeat(1001),
    'NaN',
    'Infinity',
    '',
  ),
)
const flag = fc.constantFrom(true, false, 'true', 'FALSE', 'yes', '')
const list = fc.oneof(fc.array(text, { maxLength: 3 }), text, fc.constant(7))

const VALUES: Record<FieldType, fc.Arbitrary<string | number | boolean | string[]>> = {
  text: orList(fc.oneof({ weight: 8, arbitrary: text }, fc.constantFrom(1e21, true)), text),
  choice: orList(text, text),
  number: orList(number, number.map(String)),
  date: orList(fc.oneof(date, oddDate), date),
  boolean: orList(flag, flag.map(String)),
  list,
}

/** HR may give a list for a field of any type. */
function orList<Value>(value: fc.Arbitrary<Value>, element: fc.Arbitrary<string>) {
  return fc.oneof({ weight: 4, arbitrary: value }, fc.array(element, { maxLength: 2 }))
}

/** The standard fields that are generated; the others are always the same. */
const LIVELY = ['officeLocation', 'jobTitle', 'status', 'startDate'] as const

/** Of each custom field a value, a blank, or nothing at all: not delivered. */
const custom = fc
  .tuple(
    ...[...catalogue]
      .filter(([key]) => key.startsWith('custom:'))
      .map(([key, { type }]) =>
        fc.tuple(
          fc.constant(key.slice('custom:'.length)),
          fc.option(fc.option(VALUES[type]), { nil: undefined }),
        ),
      ),
  )
  .map((all) =>
    Object.fromEntries(all.flatMap(([id, value]) => (value === undefined ? [] : [[id, value] as const]))),
  )

export const employee: fc.Arbitrary<Employee> = fc
  .record({
    officeLocation: fc.option(text),
    jobTitle: fc.option(text),
    startDate: fc.option(date),
    status: fc.constantFrom(...STATUSES),
    custom,
    unread: fc.subarray(['officeLocation', 'startDate', 'endDate', 'status'] as const),
  })
  .map((known) =>
    person({
      ...known,
      officeLocation: known.unread.includes('officeLocation') ? null : known.officeLocation,
      startDate: known.unread.includes('startDate') ? null : known.startDate,
      status: known.unread.includes('status') ? 'unknown' : known.status,
    }),
  )

const fields = [...LIVELY, 'endDate', ...[...catalogue.keys()].filter((key) => key.startsWith('custom:'))]

/** Mostly nothing is held. */
export const held = fc.oneof(fc.constant([]), fc.subarray(fields as CoveredField[]))

export const condition: fc.Arbitrary<Condition> = fc.constantFrom(...fields).chain((field) => {
  const type = types[field] as FieldType
  return fc.constantFrom(...operatorsFor(type, field)).chain((operator) => operands(field, type, operator))
})

function operands(field: string, type: FieldType, operator: Condition['operator']): fc.Arbitrary<Condition> {
  const value =
    field === 'status'
      ? fc.constantFrom(...STATUSES)
      : type === 'number'
        ? decimal
        : type === 'date'
          ? date
          : wanted
  const ends = fc.tuple(value, value).map(([a, b]) => {
    // Two that a double cannot tell apart are not in a known order.
    if (type === 'number' && Number(a) === Number(b)) return [a, a]
    return Number(a) > Number(b) || (type === 'date' && a > b) ? [b, a] : [a, b]
  })
  switch (operator) {
    case 'is':
    case 'is_not':
      return (type === 'boolean' ? fc.boolean() : value).map((one) => ({ field, operator, value: one }))
    case 'is_any_of':
    case 'is_none_of':
      return fc.array(value, { minLength: 1, maxLength: 3 }).map((values) => ({ field, operator, values }))
    case 'is_empty':
    case 'is_not_empty':
      return fc.constant({ field, operator })
    case 'in_last_days':
    case 'in_next_days':
      return fc.integer({ min: 1, max: 40 }).map((days) => ({ field, operator, days }))
    case 'between':
      return ends.map(([from = '', to = '']) => ({ field, operator, from, to }))
    default:
      return value.map((one) => ({ field, operator, value: one }))
  }
}

const match = fc.constantFrom('all' as const, 'any' as const)
const group = fc.record({ match, items: fc.array(condition, { minLength: 1, maxLength: 3 }) })
export const tree: fc.Arbitrary<ConditionTree> = fc.record({
  version: fc.constant(1 as const),
  match,
  items: fc.array(fc.oneof({ weight: 3, arbitrary: condition }, group), { maxLength: 4 }),
})

/** As the cache holds a person: known values only, but of custom fields the blank ones as well. */
export function packed(person: Employee): Record<string, unknown> {
  const known = Object.entries(person).filter(([key, value]) => value !== null && key !== 'recordId')
  return Object.fromEntries(
    known.filter(([key]) => key !== 'custom' || Object.keys(person.custom).length > 0),
  )
}
