import { z } from 'zod'
import type { Employee } from '../../src/model.ts'

/** A person as the provider of a test hands them over: mostly as they will be read. */
export type Row = { id: string | null } & Partial<Omit<Employee, 'recordId'>>

export function personRow(id: string | null, over: Partial<Row> = {}): Row {
  return { id, firstName: `Person ${id}`, status: 'active', startDate: '2026-01-01', ...over }
}

/** The reading side of a provider whose rows are `Row`. */
export const rowsAsTheyAre = {
  row: z.custom<Row>(
    (raw) => typeof raw === 'object' && raw !== null && 'id' in raw && raw.id !== null,
    'This record has no ID.',
  ),
  recordIdOf: (raw: unknown) =>
    typeof raw === 'object' && raw !== null && 'id' in raw ? (raw.id as string | null) : null,
  probe: () => Promise.resolve({ people: null, unread: [] }),
  toEmployee({ id, ...rest }: Row): Employee {
    if (id === 'breaks') throw new TypeError('a mistake of ours')
    return { ...NOBODY, ...rest, recordId: id ?? '' }
  },
}

const NOBODY: Omit<Employee, 'recordId'> = {
  firstName: null,
  lastName: null,
  preferredName: null,
  workEmail: null,
  personalEmail: null,
  employeeNumber: null,
  phone: null,
  jobTitle: null,
  department: null,
  officeLocation: null,
  country: null,
  legalEntity: null,
  employmentType: null,
  status: 'unknown',
  statusText: null,
  startDate: null,
  endDate: null,
  managerRecordId: null,
  custom: {},
  unread: [],
}
