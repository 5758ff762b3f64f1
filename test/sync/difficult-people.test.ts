import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RegisterFields } from '../../src/model.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  changesOf,
  type Day,
  DIFFICULT_KEYS,
  type DifficultKey,
  day,
  difficultId,
  type Rehearsed,
  rehearse,
  standing,
} from '../support/difficult.ts'

const LAST_DAY = 10
const INFO = 'info@acme.example'
let database: TestDatabase
let company: Rehearsed
const days: Day[] = []
beforeAll(async () => {
  database = await createTestDatabase()
  company = await rehearse(database)
  for (let number = 0; number <= LAST_DAY; number++) {
    if (number > 0) company.hris.advance(1)
    days.push(await company.day())
  }
})
afterAll(async () => {
  await company?.close()
  await database?.drop()
})

const on = (number: number): Day => days[number]!
const change = (key: DifficultKey, number = 0) => changesOf(on(number).changes, key)[0]
const after = (key: DifficultKey, number: number) =>
  Object.fromEntries(
    Object.entries(change(key, number)?.fields ?? {}).map(([field, to]) => [field, to.after]),
  )
const register = (key: DifficultKey, number = 0) => standing(on(number), key)

function isCreatedWith(key: DifficultKey, fields: RegisterFields) {
  expect(change(key)).toMatchObject({ kind: 'create', person: { recordId: difficultId(key) } })
  expect(register(key)).toEqual(after(key, 0))
  expect(register(key)).toMatchObject(fields)
}

/** Exactly these fields, and in the register nothing besides. */
function isWritten(key: DifficultKey, number: number, fields: RegisterFields) {
  expect(after(key, number)).toEqual(fields)
  expect(register(key, number)).toEqual({ ...register(key, number - 1), ...fields })
  expect(on(number).links.get(difficultId(key))).toBe(on(0).links.get(difficultId(key)))
}

function isNotInTheRegister(key: DifficultKey) {
  for (const { links, changes } of days) {
    expect(links.has(difficultId(key))).toBe(false)
    for (const each of changesOf(changes, key))
      expect(each).toMatchObject({ stakeholderId: null, fields: {} })
  }
}

function sharesWith(key: DifficultKey, other: DifficultKey, email: string) {
  const both = [key, other].map(difficultId)
  expect(change(key)?.detail?.records?.map(({ recordId }) => recordId)).toEqual(both)
  expect(change(key)?.reasonText).toContain(change(other)?.name)
  isNotInTheRegister(key)
  expect(Object.values(on(LAST_DAY).register).map((fields) => fields['workEmail'])).not.toContain(email)
}

const EXPECTED = {
  sharedWorkEmailA: ['waits beside Ben', () => sharesWith('sharedWorkEmailA', 'sharedWorkEmailB', INFO)],
  sharedWorkEmailB: ['waits beside Ana', () => sharesWith('sharedWorkEmailB', 'sharedWorkEmailA', INFO)],
  blankWorkEmail: ['is matched with nobody', () => isNotInTheRegister('blankWorkEmail')],
  blankEmployeeNumber: [
    'has no number, which is not an empty one',
    () => {
      isCreatedWith('blankEmployeeNumber', { workEmail: 'rosa.lindgren@acme.example' })
      expect(register('blankEmployeeNumber')).not.toHaveProperty('employeeNumber')
    },
  ],
  rehireOldRecord: [
    'is closed and asks nothing',
    () => {
      expect(change('rehireOldRecord')?.reasonText).toContain('Dario Conti')
      isNotInTheRegister('rehireOldRecord')
    },
  ],
  rehireNewRecord: [
    'waits for somebody who knows whether it is the same human',
    () => sharesWith('rehireNewRecord', 'rehireOldRecord', 'dario.conti@acme.example'),
  ],
  contractorTurnedEmployee: [
    'stays one stakeholder although number and email change',
    () => {
      isCreatedWith('contractorTurnedEmployee', { employeeNumber: 'C-077', employmentType: 'Contractor' })
      isWritten('contractorTurnedEmployee', 3, {
        workEmail: 'wale.bright@acme.example',
        employeeNumber: '977',
        employmentType: 'Permanent',
        startDate: day(3),
      })
    },
  ],
  marriedName: [
    'stays one stakeholder although name and email change',
    () => {
      isCreatedWith('marriedName', { lastName: 'Raman', workEmail: 'priya.raman@acme.example' })
      isWritten('marriedName', 2, {
        lastName: 'Raman-Lee',
        preferredName: 'Priya Raman-Lee',
        workEmail: 'priya.raman-lee@acme.example',
      })
    },
  ],
  preferredName: [
    'keeps the legal name apart from the one she goes by',
    () =>
      isCreatedWith('preferredName', {
        firstName: 'Roberta Thuy',
        lastName: 'Tran',
        preferredName: 'Bobbie Tran (she/her)',
      }),
  ],
  accents: [
    'has composed accents, so that equal is equal',
    () =>
      isCreatedWith('accents', {
        firstName: 'Zoë'.normalize('NFC'),
        lastName: 'Škvorecký-Žižková'.normalize('NFC'),
      }),
  ],
  rightToLeftName: [
    'keeps every letter in order',
    () => isCreatedWith('rightToLeftName', { firstName: 'مريم', lastName: 'الخطيب' }),
  ],
  futureJoiner: [
    'is not active before the first day, and is on it',
    () => {
      isCreatedWith('futureJoiner', { status: 'onboarding', startDate: day(9) })
      expect(register('futureJoiner', 8)).toEqual(register('futureJoiner'))
      isWritten('futureJoiner', 9, { status: 'active' })
    },
  ],
  backDatedLeaver: [
    'left on the day that HR states, before we heard of it',
    () => {
      isCreatedWith('backDatedLeaver', { status: 'active' })
      expect(register('backDatedLeaver')).not.toHaveProperty('endDate')
      isWritten('backDatedLeaver', 3, { status: 'left', endDate: day(-20) })
    },
  ],
  rescindedLeaver: [
    'is back, and whether the end date goes waits for a person',
    () => {
      isCreatedWith('rescindedLeaver', { status: 'active', endDate: day(3) })
      expect(register('rescindedLeaver', 3)).toEqual(register('rescindedLeaver'))
      isWritten('rescindedLeaver', 4, { status: 'left' })
      isWritten('rescindedLeaver', 5, { status: 'active' })
      expect(register('rescindedLeaver', 5)).toMatchObject({ endDate: day(3) })
    },
  ],
  unheardOfStatus: [
    'is unknown, in the word that HR used',
    () => {
      isCreatedWith('unheardOfStatus', { status: 'unknown' })
      expect(change('unheardOfStatus')?.reasonText).toContain('"secondment pilot"')
      for (let number = 0; number <= LAST_DAY; number++)
        expect(register('unheardOfStatus', number)?.['status']).toBe('unknown')
    },
  ],
  yearEdgeDate: [
    'left on the last day of a year, in every time zone, and asks nothing',
    () => {
      expect(change('yearEdgeDate')).toMatchObject({
        person: { startDate: '2022-01-01', endDate: '2025-12-31', status: 'left' },
      })
      expect(change('yearEdgeDate')?.reasonText).toContain('Olu Grant')
      isNotInTheRegister('yearEdgeDate')
    },
  ],
  zonePlus13: ['starts today', () => isCreatedWith('zonePlus13', { status: 'active', startDate: day(0) })],
  zoneMinus10: ['starts today', () => isCreatedWith('zoneMinus10', { status: 'active', startDate: day(0) })],
  twoEntities: [
    'moves to the other entity as the same stakeholder',
    () => {
      isCreatedWith('twoEntities', { legalEntity: 'Acme Ltd', officeLocation: 'Berlin' })
      isWritten('twoEntities', 4, { legalEntity: 'Acme GmbH', startDate: day(4) })
    },
  ],
  title300Characters: [
    'keeps the whole title',
    () => {
      isCreatedWith('title300Characters', { firstName: 'Maximilian' })
      expect(register('title300Characters')?.['jobTitle']).toMatch(/^Senior Principal .{282}X$/)
    },
  ],
  emojiName: [
    'keeps every code point',
    () => isCreatedWith('emojiName', { firstName: 'Sunny 🌞', lastName: 'Flores 👩🏽‍🚀' }),
  ],
  markupInName: [
    'is text like any other',
    () =>
      isCreatedWith('markupInName', {
        firstName: '<!channel> *bold*',
        lastName: '<script>alert(1)</script> & Sons',
        jobTitle: '=HYPERLINK("http://acme.example","Director")',
      }),
  ],
  reusedWorkEmail: [
    'waits beside the leaver who had the email',
    () => sharesWith('reusedWorkEmail', 'yearEdgeDate', 'partners@acme.example'),
  ],
  leadingZeros: ['keeps the zeros', () => isCreatedWith('leadingZeros', { employeeNumber: '00042' })],
  untidyWorkEmail: [
    'has an email without blanks around it',
    () => isCreatedWith('untidyWorkEmail', { workEmail: 'Leo.Marchetti@ACME.example' }),
  ],
} satisfies Record<DifficultKey, [guarantee: string, check: () => void]>

describe('each difficult person', () => {
  for (const key of DIFFICULT_KEYS) {
    const [guarantee, check] = EXPECTED[key]
    test(`${key} ${guarantee}`, check)
  }
})

describe('docs/difficult-people.md', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../docs/difficult-people.md'), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()))

  const inWords = (kind: string, reason: string | null) => (reason ? `${kind} ${reason}` : kind)

  test('lists exactly the difficult people, in their order', () => {
    expect(cells.map((row) => row[1]?.replaceAll('`', ''))).toEqual(DIFFICULT_KEYS)
    for (const row of cells) expect(row).toHaveLength(6)
  })

  test('says of every day what the plan says, and of days it does not name, nothing happens', () => {
    for (const [index, key] of DIFFICULT_KEYS.entries()) {
      const [, , , first = '', later = ''] = cells[index] ?? []
      const said = new Map(outcomes(`day 0: ${first} ${later}`))
      let open: string[] = []
      for (let number = 0; number <= LAST_DAY; number++) {
        const words = changesOf(on(number).changes, key).map(({ kind, reason }) => inWords(kind, reason))
        const expected = said.get(number)
        expect([key, number, words]).toEqual([key, number, expected ?? open])
        if (!expected && number > 0) expect(register(key, number)).toEqual(register(key, number - 1))
        open = words.filter((each) => /^(conflict|skip)/.test(each))
      }
    }
  })

  /** "day 5: **returned**: ...; and **conflict** `both_changed`: ..." is two outcomes of one day. */
  const outcomes = (cell: string): [number, string[]][] =>
    [...cell.matchAll(/day (\d+): (.*?)(?=day \d+: |$)/g)].map(([, number, said = '']) => [
      Number(number),
      [...said.matchAll(/\*\*(\w+)\*\*(?: `(\w+)`)?/g)].map(([, kind = '', reason]) =>
        inWords(kind, reason ?? null),
      ),
    ])
})

describe('everybody, on every day', () => {
  test('a blank work email is linked to nobody', () => {
    for (const { cached, links } of days) {
      const blank = cached.filter(({ employee }) => employee?.workEmail === null)
      expect(blank.map(({ recordId }) => recordId)).toContain(difficultId('blankWorkEmail'))
      for (const { recordId } of blank) expect(links.has(recordId)).toBe(false)
    }
  })

  test('nobody is deleted, and no link moves', () => {
    for (const [number, { register: now, links }] of days.entries()) {
      if (number === 0) continue
      const before = on(number - 1)
      expect(Object.keys(now)).toEqual(expect.arrayContaining(Object.keys(before.register)))
      for (const [recordId, id] of before.links) expect(links.get(recordId)).toBe(id)
    }
  })

  test('two records never have one stakeholder', () => {
    for (const { links } of days) expect(new Set(links.values()).size).toBe(links.size)
  })

  test('the status in the register is the one in HR: unknown is never active', () => {
    for (const { cached, links, register: now } of days) {
      const inBoth = cached.filter(({ recordId }) => links.has(recordId))
      expect(inBoth.length).toBeGreaterThan(45)
      for (const { recordId, employee } of inBoth)
        expect(now[links.get(recordId) ?? '']?.['status']).toBe(employee?.status)
    }
  })

  test('a plan drawn up on the outcome has nothing to write', () => {
    for (const [number, { again, sync }] of days.entries()) {
      // From day 5 on somebody's withdrawn end date waits too.
      const conflict = number < 5 ? 5 : 6
      expect(sync?.counts.skipped ?? 0).toBe(0)
      expect(again.toApply).toBe(0)
      expect(again.counts).toMatchObject({ create: 0, update: 0, left: 0, returned: 0, link: 0, conflict })
    }
  })

  test('record ids keep every digit, from HR to the links', () => {
    const inHr = [...company.hris.company().people()].map(({ id }) => id)
    const { cached, links, changes } = on(LAST_DAY)
    expect(new Set(cached.map(({ recordId }) => recordId))).toEqual(new Set(inHr))
    for (const id of [...links.keys(), ...changes.map(({ recordId }) => recordId)]) {
      expect(id).toMatch(/^\d{19}$/)
      expect(inHr).toContain(id)
    }
  })
})
