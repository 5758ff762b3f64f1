import fc from 'fast-check'
import { type Employee, STANDARD_FIELD_KEYS, STATUSES } from '../../../src/model.ts'
import type { Candidate, Rules } from '../../../src/sync/core/candidate.ts'
import { DEFAULT_MAPPING, type Mapping } from '../../../src/sync/core/mapping.ts'

/** An ordinary person; give what matters to the test. */
export const employee = (over: Partial<Employee> = {}): Employee => ({
  recordId: '3332883911884669725',
  firstName: 'Priya',
  lastName: 'Raman',
  preferredName: null,
  workEmail: 'priya@acme.example',
  personalEmail: null,
  employeeNumber: '0042',
  phone: null,
  jobTitle: 'Engineer',
  department: 'Product',
  officeLocation: 'London',
  country: 'GB',
  legalEntity: 'Acme Ltd',
  employmentType: 'Employee',
  status: 'active',
  statusText: 'Active',
  startDate: '2024-03-01',
  endDate: null,
  managerRecordId: null,
  custom: {},
  unread: [],
  ...over,
})

export const rules = (over: Partial<Rules> = {}): Rules => ({
  identifier: 'workEmail',
  mapping: DEFAULT_MAPPING,
  providerLabel: 'HiBob',
  labelOf: (provider) => (provider === 'hibob' ? 'HiBob' : 'Personio'),
  ...over,
})

export const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  recordId: over.employee?.recordId ?? '3332883911884669725',
  employee: employee(),
  problem: null,
  vanished: false,
  meetsConditions: true,
  identifierValue: 'priya@acme.example',
  sharedWith: [],
  sharedBeyond: 0,
  matchesBeyond: 0,
  alike: [],
  alikeBeyond: false,
  linked: null,
  superseded: false,
  leaving: false,
  matches: [],
  decision: null,
  fieldDecisions: {},
  ...over,
})

const words = fc.constantFrom('', 'Ana', 'Núñez', 'عمر', "O'Hara", '100 %', 'x'.repeat(300), '<!channel>')
const text = fc.option(words, { nil: null })
const date = fc.option(fc.constantFrom('2024-12-31', '2025-01-01', '2026-02-28'), { nil: null })

export const anyEmployee: fc.Arbitrary<Employee> = fc.record({
  recordId: fc.stringMatching(/^[1-9][0-9]{0,18}$/),
  firstName: text,
  lastName: text,
  preferredName: text,
  workEmail: fc.option(fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example'), { nil: null }),
  personalEmail: text,
  employeeNumber: text,
  phone: text,
  jobTitle: text,
  department: text,
  officeLocation: text,
  country: text,
  legalEntity: text,
  employmentType: text,
  status: fc.constantFrom(...STATUSES),
  statusText: text,
  startDate: date,
  endDate: date,
  managerRecordId: text,
  custom: fc.dictionary(
    fc.constantFrom('size', 'badge'),
    fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null)),
  ),
  unread: fc.subarray(STANDARD_FIELD_KEYS, { maxLength: 3 }),
})

export const anyMapping: fc.Arbitrary<Mapping> = fc.record({
  version: fc.constant(1 as const),
  fields: fc.dictionary(
    fc.constantFrom('jobTitle', 'lastName', 'phone', 'workEmail', 'status'),
    fc.record({ owner: fc.constantFrom('hr', 'fill', 'register', 'ask'), mayClear: fc.boolean() }),
  ) as fc.Arbitrary<Mapping['fields']>,
  custom: fc.constantFrom<Mapping['custom']>(
    [],
    [{ from: 'size', to: 'tshirt', label: 'T-shirt size', owner: 'hr', mayClear: false }],
  ),
})

export const anyRegisterFields = anyEmployee.map((person) => {
  const { recordId: _, statusText: __, managerRecordId: ___, custom: ____, unread: _____, ...fields } = person
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== ''),
  ) as Record<string, string>
})
