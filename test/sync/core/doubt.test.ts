import { expect, test } from 'vitest'
import { type Employee, STANDARD_FIELD_KEYS } from '../../../src/model.ts'
import { doubtAbout } from '../../../src/sync/core/doubt.ts'

const amy: Employee = {
  recordId: '1',
  firstName: 'Amy',
  lastName: 'Miles',
  preferredName: 'Amy Miles',
  workEmail: 'amy@acme.example',
  personalEmail: 'amy@home.example',
  employeeNumber: '7',
  phone: '+44 7700 900123',
  jobTitle: 'Designer',
  department: 'Product',
  officeLocation: 'London',
  country: 'United Kingdom',
  legalEntity: 'Acme Ltd',
  employmentType: 'Permanent',
  status: 'active',
  statusText: 'employed',
  startDate: '2020-01-01',
  endDate: '2027-01-01',
  managerRecordId: '2',
  custom: { grade: 'A' },
  unread: [],
}
const known = { before: amy, mayMiss: [], asked: ['grade'] }

test('other values, more values and an equal person are believed', () => {
  expect(doubtAbout(amy, known)).toBeNull()
  expect(doubtAbout({ ...amy, jobTitle: 'Lead', status: 'left' }, known)).toBeNull()
  expect(doubtAbout(amy, { ...known, before: { ...amy, phone: null } })).toBeNull()
  expect(doubtAbout({ ...amy, custom: { grade: 'B' } }, known)).toBeNull()
  expect(doubtAbout(amy, { ...known, before: { ...amy, custom: { grade: null } } })).toBeNull()
})

test('a field that is withheld now and was not before is not believed, whichever it is', () => {
  for (const field of STANDARD_FIELD_KEYS) {
    const now = { ...amy, ...(field === 'status' ? {} : { [field]: null }), unread: [field] }
    expect(doubtAbout(now, known)).toContain('did not come')
    expect(doubtAbout(now, { ...known, before: null })).toContain('did not come')
    expect(doubtAbout(now, { ...known, mayMiss: [field] })).toBeNull()
    expect(doubtAbout(now, { ...known, before: { ...amy, unread: [field] } })).toBeNull()
  }
})

test('a value that went blank is not believed; somebody new may have blanks', () => {
  for (const field of STANDARD_FIELD_KEYS.filter((each) => each !== 'status')) {
    expect(doubtAbout({ ...amy, [field]: null }, known)).toContain('went blank')
    expect(doubtAbout({ ...amy, [field]: null }, { ...known, before: null })).toBeNull()
  }
})

test('nor is a custom field that went blank, unless nobody asked for it', () => {
  const emptied = { ...amy, custom: { grade: null } }
  expect(doubtAbout(emptied, known)).toContain('went blank')
  expect(doubtAbout(emptied, { ...known, asked: [] })).toBeNull()
  expect(doubtAbout(emptied, { ...known, before: emptied })).toBeNull()
})

test('a custom field that does not come any more is not believed, unless nobody asked for it', () => {
  expect(doubtAbout({ ...amy, custom: {} }, known)).toContain('custom field')
  expect(doubtAbout({ ...amy, custom: {} }, { ...known, asked: [] })).toBeNull()
})
