import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paceOf } from '../../../src/sync/core/pace.ts'

const vendors = fc.record({
  requests: fc.integer({ min: 2, max: 5_000 }),
  perMs: fc.integer({ min: 1_000, max: 86_400_000 }),
})

test('no span sees more than the vendor allows, even when all that may come at once comes first', () => {
  fc.assert(
    fc.property(vendors, (vendor) => {
      const { spacingMs, aheadMs } = paceOf(vendor)
      const atOnce = Math.round(aheadMs / spacingMs) + 1
      // One thousandth is for the rounding of the division only.
      expect(atOnce + Math.floor(vendor.perMs / spacingMs - 0.001)).toBeLessThanOrEqual(vendor.requests)
    }),
  )
})

test('three quarters of what the vendor allows are used in the long run, and a quarter may come at once', () => {
  expect(paceOf({ requests: 40, perMs: 60_000 })).toEqual({ spacingMs: 2_000, aheadMs: 18_000 })
  fc.assert(
    fc.property(vendors, (vendor) => {
      expect(vendor.perMs / paceOf(vendor).spacingMs).toBeGreaterThanOrEqual(
        Math.floor(vendor.requests * 0.75) - 1,
      )
    }),
  )
})

test('one request in a span is one in a span', () => {
  expect(paceOf({ requests: 1, perMs: 1_000 })).toEqual({ spacingMs: 1_000, aheadMs: 0 })
})
