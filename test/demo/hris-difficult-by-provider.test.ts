import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BAMBOO_FIELDS } from '../../demo/hris/bamboohr-fields.ts'
import { DIFFICULT_KEYS, type DifficultKey } from '../../demo/hris/difficult-person.ts'
import { BOB_FIELDS } from '../../demo/hris/hibob-fields.ts'
import type { Hris } from '../../demo/hris/server.ts'
import { type Employee, hrisForTests, search } from './hris-support.ts'
import { bambooRows, personioEmployees } from './hris-vendors.ts'

const start = hrisForTests()
const DOC = join(import.meta.dirname, '../../docs/difficult-people-by-provider.md')

/** A person as read from one wire, with nothing done to a value but taking it out of its wrapping. */
type Read = Record<string, unknown>

function fromHibob(bob: Employee): Read {
  return {
    recordId: bob['id'],
    firstName: bob['personal'].legalFirstName,
    lastName: bob['personal'].legalLastName,
    preferredName: bob['displayName'],
    workEmail: bob['email'],
    personalEmail: bob['home'].privateEmail,
    employeeNumber: bob['work'].employeeIdInCompany,
    workPhone: bob['work'].workPhone,
    workMobile: bob['work'].workMobile,
    personalPhone: bob['home'].mobilePhone,
    jobTitle: bob['humanReadable'].work.title,
    department: bob['humanReadable'].work.department,
    officeLocation: bob['work'].site,
    country: bob['address'].siteCountry,
    legalEntity: bob['humanReadable'].work.customColumns.column_1711886937001,
    employmentType: bob['humanReadable'].payroll.employment.type,
    status: bob['internal'].lifecycleStatus,
    startDate: bob['work'].startDate,
    endDate: bob['internal'].terminationDate,
  }
}

function fromBamboo(row: Employee): Read {
  return {
    recordId: row['eeid'],
    firstName: row['firstName'],
    lastName: row['lastName'],
    preferredName: row['preferredName'],
    workEmail: row['email'],
    personalEmail: row['homeEmail'],
    employeeNumber: row['employeeNumber'],
    workPhone: row['workPhone'],
    workMobile: row['mobilePhone'],
    personalPhone: row['homePhone'],
    jobTitle: row['jobInformationJobTitle'],
    department: row['jobInformationDepartment'],
    officeLocation: row['jobInformationLocation'],
    country: row['country'],
    legalEntity: row['jobInformationDivision'],
    employmentType: row['employmentStatus'],
    status: row['status'],
    startDate: row['hireDate'],
    endDate: row['terminationDate'],
  }
}

function fromPersonio(attributes: Employee): Read {
  const of = (key: string) => attributes[key].value
  return {
    recordId: of('id'),
    firstName: of('first_name'),
    lastName: of('last_name'),
    preferredName: of('preferred_name'),
    workEmail: of('email'),
    personalEmail: of('dynamic_7104'),
    employeeNumber: of('dynamic_7101'),
    workPhone: of('dynamic_7102'),
    workMobile: of('dynamic_7103'),
    personalPhone: of('dynamic_7105'),
    jobTitle: of('position'),
    department: of('department').attributes.name,
    officeLocation: of('office').attributes.name,
    country: undefined,
    legalEntity: of('subcompany').attributes.name,
    employmentType: of('employment_type'),
    status: of('status'),
    startDate: of('hire_date'),
    endDate: of('termination_date'),
  }
}

/** The 25 come first on every wire, in their order. */
async function difficultOnAllWires(hris: Hris) {
  const fields = BOB_FIELDS.map(({ id }) => id)
  const bob = await search(hris, { fields, showInactive: true, humanReadable: 'APPEND' })
  const bamboo = await bambooRows(hris, { fields: BAMBOO_FIELDS.map(({ dataset }) => dataset) })
  const personio = await personioEmployees(hris)
  return DIFFICULT_KEYS.map((key, index) => ({
    key,
    hibob: fromHibob(bob[index]!),
    bamboohr: fromBamboo(bamboo[index]!),
    personio: fromPersonio(personio[index]!),
  }))
}

test('the wires agree on everything about the 25 that the table does not name, day by day', async () => {
  const hris = await start({ people: 30 })
  const differing = new Set<string>()
  for (let day = 0; day <= 10; day++) {
    for (const { hibob, bamboohr, personio } of await difficultOnAllWires(hris)) {
      for (const field of Object.keys(hibob)) {
        const isSame = hibob[field] === bamboohr[field] && hibob[field] === personio[field]
        if (!isSame) differing.add(field)
      }
    }
    hris.control.advance(1)
  }
  const table = readFileSync(DOC, 'utf8').matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)
  const named = [...table].flatMap(([, names = '']) => [...names.matchAll(/\w+/g)].map(([name]) => name))
  expect([...differing].sort()).toEqual(named.toSorted())
})

test('what the page says of single people is so', async () => {
  const hris = await start({ people: 30 })
  const read = async (key: DifficultKey) =>
    (await difficultOnAllWires(hris)).find((each) => each.key === key)!
  expect(await read('unheardOfStatus')).toMatchObject({
    hibob: { status: 'secondment pilot', employmentType: 'Permanent' },
    bamboohr: { status: 'Active', employmentType: 'secondment pilot' },
    personio: { status: 'secondment pilot', employmentType: 'internal' },
  })
  expect(await read('futureJoiner')).toMatchObject({
    hibob: { status: 'hired', startDate: '2026-12-02' },
    bamboohr: { status: 'Active', startDate: '2026-12-02' },
    personio: { status: 'onboarding', startDate: '2026-12-02T00:00:00+0100' },
  })
  expect(await read('yearEdgeDate')).toMatchObject({
    hibob: { status: 'terminated', startDate: '2022-01-01', endDate: '2025-12-31' },
    bamboohr: { status: 'Inactive', employmentType: 'Terminated', endDate: '2025-12-31' },
    personio: { status: 'inactive', endDate: '2025-12-31T00:00:00+0100' },
  })
  const { personio } = await read('yearEdgeDate')
  expect(new Date(String(personio['startDate'])).toISOString()).toMatch(/^2021-12-31/)
  expect(await read('preferredName')).toMatchObject({
    hibob: { firstName: 'Roberta Thuy', preferredName: 'Bobbie Tran (she/her)' },
    bamboohr: { firstName: 'Roberta Thuy', preferredName: 'Bobbie' },
    personio: { firstName: 'Roberta Thuy', preferredName: 'Bobbie Tran (she/her)' },
  })
  const before = await read('contractorTurnedEmployee')
  hris.control.advance(3)
  const after = await read('contractorTurnedEmployee')
  expect([before.personio['employmentType'], after.personio['employmentType']]).toEqual([
    'external',
    'internal',
  ])
  expect((await read('backDatedLeaver')).bamboohr).toMatchObject({ employmentType: 'Terminated' })
})
