import { z } from 'zod'
import { unpackEmployee } from '../../src/db/cache.ts'
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
    return { ...unpackEmployee(id ?? '', {}), ...rest }
  },
}
