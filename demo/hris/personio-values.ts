import type { ChangeLog } from './change-log.ts'
import type { Company } from './company.ts'
import type { Person } from './person.ts'
import { hashText } from './random.ts'
import { shortIdOf } from './short-ids.ts'

/** When this tenant was set up: nobody was made or changed before that. */
const IMPORTED_AT = new Date('2021-03-01T08:00:00Z')

/** Midnight in Berlin, with an offset that has no colon: read as an instant, it is the day before in UTC. */
export function personioDate(date: string | null): string | null {
  return date === null ? null : `${date}T00:00:00${berlinOffset(new Date(`${date}T00:00:00Z`))}`
}

export function modifiedAt(id: string, log: ChangeLog): Date {
  return log.changesOf(id).at(-1)?.at ?? IMPORTED_AT
}

export function personioTime(id: string, log: ChangeLog, which: 'first' | 'last'): string {
  const [first] = log.changesOf(id)
  const createdAt = first?.was === null ? first.at : IMPORTED_AT
  const at = which === 'last' ? modifiedAt(id, log) : createdAt
  return `${at.toISOString().slice(0, 19)}+00:00`
}

export function namedValue(type: string, name: string | null) {
  return name === null ? null : { type, attributes: { id: idOf(type, name), name } }
}

export function costCentersValue(name: string | null) {
  if (name === null) return []
  return [{ type: 'CostCenter', attributes: { id: idOf('CostCenter', name), name, percentage: 100 } }]
}

/** A manager is an employee in little, wrapped like any other. */
export function supervisorValue(person: Person, company: Company, labelOf: (key: string) => string) {
  const manager = person.managerId === null ? undefined : company.findById(person.managerId)
  if (!manager) return null
  const wrapped = (key: string, value: unknown, type = 'standard') => ({
    label: labelOf(key),
    value,
    type,
    universal_id: key,
  })
  return {
    type: 'Employee',
    attributes: {
      id: wrapped('id', shortIdOf(manager.id), 'integer'),
      first_name: wrapped('first_name', manager.legalFirstName ?? manager.firstName),
      last_name: wrapped('last_name', manager.legalLastName ?? manager.lastName),
      email: wrapped('email', manager.workEmail),
    },
  }
}

function idOf(type: string, name: string): number {
  return 10_000 + (hashText(`${type}/${name}`) % 900_000)
}

/** Summer time runs from the last Sunday of March to the last Sunday of October, both at night. */
function berlinOffset(midnight: Date): string {
  const year = midnight.getUTCFullYear()
  const isSummer = midnight > lastSunday(year, 2) && midnight <= lastSunday(year, 9)
  return isSummer ? '+0200' : '+0100'
}

function lastSunday(year: number, month: number): Date {
  const last = new Date(Date.UTC(year, month + 1, 0))
  return new Date(Date.UTC(year, month, last.getUTCDate() - last.getUTCDay()))
}
