import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Employee } from '../../../src/model.ts'
import { cleanText, isFilled, normaliseEmployee } from '../../../src/sync/core/normalise.ts'

const PRIYA: Employee = {
  recordId: '1',
  firstName: 'Priya',
  lastName: 'Raman',
  preferredName: null,
  workEmail: 'priya@acme.example',
  personalEmail: null,
  employeeNumber: '00042',
  phone: null,
  jobTitle: 'Engineer',
  department: null,
  officeLocation: null,
  country: null,
  legalEntity: null,
  employmentType: null,
  status: 'active',
  statusText: 'employed',
  startDate: '2024-02-29',
  endDate: null,
  managerRecordId: null,
  custom: {},
  unread: ['phone'],
}

describe('normalising', () => {
  test('leaves a tidy employee exactly as it is', () => {
    expect(normaliseEmployee(PRIYA)).toEqual({ ok: true, employee: PRIYA })
  })

  test('trims, and makes blank text null, in custom fields too', () => {
    const untidy = { ...PRIYA, workEmail: '  Priya@ACME.example\t', phone: ' \u00a0 ', endDate: '' }
    const custom = { b: ' M ', a: '', c: 12, d: true, e: [' x', ' '], f: null, g: Number.NaN }

    expect(normaliseEmployee({ ...untidy, custom })).toEqual({
      ok: true,
      employee: {
        ...PRIYA,
        workEmail: 'Priya@ACME.example',
        phone: null,
        endDate: null,
        custom: { a: null, b: 'M', c: 12, d: true, e: ['x'], f: null, g: null },
      },
    })
  })

  test.each([
    ['startDate', '2026-02-29', 'Start date is "2026-02-29", which is not a date.'],
    ['endDate', '31/12/2026', 'End date is "31/12/2026", which is not a date.'],
  ])('an impossible %s makes the row unreadable and names the field', (field, value, problem) => {
    expect(normaliseEmployee({ ...PRIYA, [field]: value })).toEqual({ ok: false, recordId: '1', problem })
  })

  test('what is left alone as plain is what the long way would give, and filled is what something is left of', () => {
    const near = fc.integer({ min: 0, max: 0x320 }).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: near, maxLength: 5 }), fc.string({ unit: 'binary' })),
        (text) => {
          const longWay = text.toWellFormed().replaceAll('\0', '').normalize('NFC').trim() || null
          expect(cleanText(text)).toBe(longWay)
          expect(isFilled(text)).toBe(longWay !== null)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('composes accents, so that what looks equal is equal', () => {
    expect(cleanText('Zoe\u0308')).toBe('Zo\u00eb')
  })

  test('takes out what PostgreSQL cannot store and nothing else', () => {
    expect(cleanText('a\0b\ud83dc')).toBe('ab\ufffdc')
    expect(cleanText('👩🏽‍🚀 مريم <b>')).toBe('👩🏽‍🚀 مريم <b>')
  })
})
