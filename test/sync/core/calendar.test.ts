import { expect, test } from 'vitest'
import { addDays, formatDate } from '../../../src/sync/core/calendar.ts'

test('days are added across months, years, leap days and the change of clocks', () => {
  expect(addDays('2026-11-23', 0)).toBe('2026-11-23')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(addDays('2024-03-01', -1)).toBe('2024-02-29')
  expect(addDays('2026-03-28', 2)).toBe('2026-03-30')
  expect(addDays('0099-12-31', 1)).toBe('0100-01-01')
})

test('a sum beyond the calendar stays at its end', () => {
  expect(addDays('9999-12-31', 1)).toBe('9999-12-31')
  expect(addDays('0000-01-05', -36_500)).toBe('0000-01-01')
})

test('dates are written as people read them', () => {
  expect(formatDate('2026-12-01')).toBe('1 Dec 2026')
  expect(formatDate('2026-13-01')).toBe('2026-13-01')
  expect(formatDate('soon')).toBe('soon')
})
