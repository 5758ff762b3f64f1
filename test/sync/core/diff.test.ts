import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffFields } from '../../../src/sync/core/diff.ts'
import { type MappedField, mappedFields } from '../../../src/sync/core/mapping.ts'
import { anyEmployee, anyMapping, anyRegisterFields } from './people.ts'

const field = (over: Partial<MappedField>): MappedField => ({
  key: 'jobTitle',
  owner: 'hr',
  mayClear: false,
  theirs: 'Senior Engineer',
  ...over,
})
const ours = { jobTitle: 'Engineer' }

describe('a field that HR owns', () => {
  test('is written where HR and register differ, and only that field', () => {
    const diff = diffFields(
      [field({}), field({ key: 'lastName', theirs: 'Raman' })],
      { ...ours, lastName: 'Raman' },
      ours,
    )
    expect(diff).toEqual({
      before: { jobTitle: 'Engineer' },
      after: { jobTitle: 'Senior Engineer' },
      undecided: {},
    })
  })

  test('is left alone when only the register was edited since the last sync', () => {
    const diff = diffFields([field({ theirs: 'Engineer' })], { jobTitle: 'Founder' }, ours)
    expect(diff).toEqual({ before: {}, after: {}, undecided: {} })
  })

  test('waits for a person when HR and register both moved', () => {
    const diff = diffFields([field({})], { jobTitle: 'Founder' }, ours)
    expect(diff).toEqual({
      before: {},
      after: {},
      undecided: { jobTitle: { before: 'Founder', after: 'Senior Engineer' } },
    })
  })

  test('is settled when HR and register moved to the same value', () => {
    expect(diffFields([field({})], { jobTitle: 'Senior Engineer' }, ours).after).toEqual({})
  })
})

describe('blank, absent and null', () => {
  test('a blank in HR clears nothing unless the mapping says that it may', () => {
    expect(diffFields([field({ theirs: null })], ours, ours).after).toEqual({})
    expect(diffFields([field({ theirs: null, mayClear: true })], ours, ours).after).toEqual({
      jobTitle: null,
    })
  })

  test('a field that was not delivered changes nothing even where blanks may clear', () => {
    expect(diffFields([field({ theirs: 'unread', mayClear: true })], ours, ours)).toEqual({
      before: {},
      after: {},
      undecided: {},
    })
  })
})

describe('other owners', () => {
  test('"fills when empty" writes into an empty field and never over a value', () => {
    expect(diffFields([field({ owner: 'fill' })], {}, null).after).toEqual({ jobTitle: 'Senior Engineer' })
    expect(diffFields([field({ owner: 'fill' })], ours, ours).after).toEqual({})
  })

  test('"register keeps" never writes', () => {
    expect(diffFields([field({ owner: 'register' })], {}, null).after).toEqual({})
  })

  test('"always ask" leaves every difference to a person', () => {
    const diff = diffFields([field({ owner: 'ask' })], ours, ours)
    expect(diff.after).toEqual({})
    expect(Object.keys(diff.undecided)).toEqual(['jobTitle'])
  })
})

test('for any person, writing the difference leaves no difference, and inputs are not touched', () => {
  fc.assert(
    fc.property(anyEmployee, anyMapping, anyRegisterFields, (person, mapping, register) => {
      const before = structuredClone({ person, mapping, register })
      const fields = mappedFields(person, mapping)
      const first = diffFields(fields, register, null)
      const written = Object.fromEntries(
        Object.entries({ ...register, ...first.after }).filter(([, value]) => value !== null),
      ) as Record<string, string>
      expect(diffFields(fields, written, null).after).toEqual({})
      expect(Object.keys(first.before)).toEqual(Object.keys(first.after))
      for (const key of Object.keys(first.after)) expect(first.undecided).not.toHaveProperty(key)
      expect({ person, mapping, register }).toEqual(before)
    }),
  )
})
