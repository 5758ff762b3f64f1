import { expect, test } from 'vitest'
import { keptFields } from '../../../src/sync/core/kept.ts'
import type { Mapping } from '../../../src/sync/core/mapping.ts'
import { employee } from './people.ts'

const ours = { firstName: 'Ana', officeLocation: 'Berlin', phone: '1', country: 'ES', 'custom:size': 'M' }
const custom = { from: 'tshirt', to: 'size', label: 'T-shirt size', owner: 'hr' as const, mayClear: false }
const kept = (over: Parameters<typeof employee>[0], mapping: Partial<Mapping> = {}) =>
  keptFields(employee({ firstName: 'Ana', ...over }), ours, {
    version: 1,
    fields: {},
    custom: [],
    ...mapping,
  })
const blank = { officeLocation: null, phone: '', country: null, custom: { tshirt: '' } }

test('the register keeps what HR has no value for, and a custom field by its own label', () => {
  expect(kept(blank, { custom: [custom] })).toEqual([
    { key: 'phone', label: 'Phone', value: '1' },
    { key: 'officeLocation', label: 'Office location', value: 'Berlin' },
    { key: 'country', label: 'Country', value: 'ES' },
    { key: 'custom:size', label: 'T-shirt size', value: 'M' },
  ])
})

test('not what HR may clear, never writes or was not asked for, nor what neither of them has', () => {
  const fields = {
    phone: { owner: 'hr', mayClear: true },
    officeLocation: { owner: 'register', mayClear: false },
  } as const
  expect(kept({ ...blank, unread: ['country'] }, { fields })).toEqual([])
  expect(kept({ ...blank, custom: {} }, { custom: [custom] }).map(({ key }) => key)).not.toContain(
    'custom:size',
  )
  expect(kept({ officeLocation: 'Porto', phone: '2', country: 'ES', jobTitle: null })).toEqual([])
})
