import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Employee, employeeSchema } from '../../src/model.ts'
import { normaliseEmployee } from '../../src/sync/core/normalise.ts'
import type { DeliveredRow } from '../../src/sync/deliver.ts'
import { fingerprintAll } from '../../src/sync/fingerprint.ts'
import { employee } from './core/people.ts'

/** Few and alike, so that a value that ran over into its neighbour would soon be taken for another. */
const text = fc.option(fc.constantFrom('', 'a', 'ab', 'b', 's', 'sa', 'l1', 'n1', ' a', 'é', 'e\u0301'))
const custom = fc.dictionary(
  fc.constantFrom('a', 'b', 'ab'),
  fc.oneof(text, fc.boolean(), fc.constantFrom(0, 1, 1.5), fc.array(fc.constantFrom('a', 'b', 'ab'))),
)
const person = fc.record({
  firstName: text,
  lastName: text,
  jobTitle: text,
  managerRecordId: text,
  status: fc.constantFrom('active' as const, 'left' as const),
  unread: fc.subarray(['phone', 'country'] as const),
  custom,
})

const rowOf = (person: Employee): DeliveredRow => ({ ok: true, recordId: person.recordId, employee: person })
const problemOf = (problem: string): DeliveredRow => ({ ok: false, recordId: '1', problem })
const fingerprintsOf = (rows: readonly DeliveredRow[]) => fingerprintAll(rows).map(({ hash }) => hash)
const fingerprintOf = (person: Employee) => fingerprintsOf([rowOf(person)])[0]

test('who has the same fingerprint comes to the same once normalised', () => {
  fc.assert(
    fc.property(person, person, (one, other) => {
      const [a, b] = [employee(one), employee(other)]
      if (fingerprintOf(a) === fingerprintOf(b)) expect(normaliseEmployee(a)).toEqual(normaliseEmployee(b))
    }),
    { numRuns: 5_000 },
  )
})

test('every field counts, and being withheld or of another type counts as well', () => {
  const before = employee({ status: 'active', custom: { size: 1 } })
  const fields = Object.keys(employeeSchema.shape).filter((key) => key !== 'recordId')
  const other: Record<string, unknown> = { status: 'left', unread: ['phone'], custom: { size: '1' } }
  for (const key of fields) {
    const after = { ...before, [key]: key in other ? other[key] : 'something else' } as Employee
    expect(fingerprintOf(after), key).not.toBe(fingerprintOf(before))
  }
  expect(fields).toHaveLength(20)
  for (const size of [null, true, false, '1', ['1'], ['1', '1'], []])
    expect(fingerprintOf({ ...before, custom: { size } })).not.toBe(fingerprintOf(before))
  expect(fingerprintOf({ ...before, custom: {} })).not.toBe(
    fingerprintOf({ ...before, custom: { size: null } }),
  )
})

test('the id is not part of it, and a problem is no person', () => {
  expect(fingerprintOf(employee({ recordId: '1' }))).toBe(fingerprintOf(employee({ recordId: '2' })))
  const [one, other] = fingerprintsOf([problemOf('a'), problemOf('b')])
  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect(one).not.toBe(other)
})

test('it does not depend on who is asked about in the same go', () => {
  const row = fc.oneof(
    person.map((fields) => rowOf(employee(fields))),
    fc.string({ unit: 'binary' }).map(problemOf),
  )
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(fingerprintsOf(rows)).toEqual(rows.flatMap((each) => fingerprintsOf([each])))
    }),
  )
})
