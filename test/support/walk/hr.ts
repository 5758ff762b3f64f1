import type { Employee } from '../../../src/model.ts'
import type { CatalogueField } from '../../../src/sync/provider.ts'
import { employee } from '../../sync/core/people.ts'

/**
 * What an HR system says now; `gone` are those it has lost and may show again, and `hires` numbers the next. Nothing ever
 * happens to `former` people, who left before the register knew anybody: with them a few people are a small part. Which
 * custom fields it has may change, and `askedFor` are those that the last request asked for.
 */
export type Hr = {
  people: Map<string, Employee>
  gone: Map<string, Employee>
  hires: number
  former: readonly Employee[]
  fields: Set<string>
  askedFor: readonly string[]
}

export const CUSTOM: readonly CatalogueField[] = [
  { id: 'size', label: 'T-shirt size', type: 'text', category: null, choices: null, deprecated: false },
  { id: 'badge', label: 'Badge', type: 'number', category: null, choices: null, deprecated: false },
]

export const hrWith = (...people: Employee[]): Hr => ({
  people: new Map(people.map((one) => [one.recordId, one])),
  gone: new Map(),
  hires: 20,
  former: [],
  fields: new Set(CUSTOM.map(({ id }) => id)),
  askedFor: [],
})

/** Everybody whom a read brings, with what it asked for. */
export const shownBy = ({ former, people, askedFor }: Hr): Employee[] =>
  [...people.values(), ...former].map((one) => ({
    ...one,
    custom: Object.fromEntries(Object.entries(one.custom).filter(([id]) => askedFor.includes(id))),
  }))

export const formerPeople = (count: number): Employee[] =>
  Array.from({ length: count }, (_, n) =>
    hired(n, {
      recordId: `former${n}`,
      workEmail: `former${n}@acme.example`,
      employeeNumber: `F-${n}`,
      status: 'left',
      endDate: '2020-12-31',
    }),
  )

/** Few, so that two people often have the same one. */
export const EMAILS = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@acme.example`)
export const VALUES: Readonly<Record<string, readonly (string | null)[]>> = {
  workEmail: [...EMAILS, null, 'A@Acme.example '],
  personalEmail: ['a@home.example', 'b@home.example', null],
  employeeNumber: ['E-1', 'E-2', 'E-3', null],
  firstName: ['Ana', 'Ben'],
  lastName: ['Raman', 'Lee', null],
  jobTitle: ['CTO', 'Lead', null],
  phone: ['1', '2', null],
  officeLocation: ['London', 'Berlin', null],
  status: ['active', 'leave', 'left', 'unknown'],
  endDate: ['2026-10-31', '2026-12-31', null],
}
export const FIELDS = Object.keys(VALUES)

/** Person number n of one HR system. */
export const hired = (n: number, over: Partial<Employee> = {}): Employee =>
  employee({
    recordId: `${n}`,
    firstName: `Person${n}`,
    employeeNumber: `E-${n}`,
    workEmail: EMAILS[n % EMAILS.length] ?? null,
    officeLocation: n % 3 === 0 ? 'Berlin' : 'London',
    custom: { size: n % 2 === 0 ? 'M' : 'L' },
    ...over,
  })
