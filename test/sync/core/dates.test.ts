import { describe, expect, test } from 'vitest'
import { isCalendarDate, nextDailyAt } from '../../../src/sync/core/dates.ts'

describe('a calendar date', () => {
  test.each(['2026-01-01', '2026-12-31', '2024-02-29', '2000-02-29', '0001-01-01'])('is %s', (text) => {
    expect(isCalendarDate(text)).toBe(true)
  })

  test.each([
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-01-00',
    '31/12/2026',
    '2026-1-1',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '٢٠٢٦-٠١-٠١',
    '',
  ])('is not "%s"', (text) => {
    expect(isCalendarDate(text)).toBe(false)
  })
})

describe('the daily minute', () => {
  test.each([
    [360, '2026-11-23T05:59:59Z', '2026-11-23T06:00:00.000Z'],
    [360, '2026-11-23T06:00:00Z', '2026-11-24T06:00:00.000Z'],
    [0, '2026-12-31T23:59:59Z', '2027-01-01T00:00:00.000Z'],
    [1439, '2026-12-31T23:59:59Z', '2027-01-01T23:59:00.000Z'],
  ])('%i after %s comes next at %s', (minute, now, next) => {
    expect(nextDailyAt(minute, new Date(now)).toISOString()).toBe(next)
  })
})
