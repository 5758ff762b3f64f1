import { RollcallError } from '../errors.ts'
import type { Employee, ReadRow } from '../model.ts'
import { cleanText, normaliseEmployee } from './core/normalise.ts'
import type { Provider, RowContext } from './provider.ts'

/** One row as the provider hands it over: nothing of it is trimmed or judged yet but its id. */
export type DeliveredRow =
  | { ok: true; recordId: string; employee: Employee }
  | { ok: false; recordId: string; problem: string }

export const UNREADABLE = 'This record has a form that we cannot read.'

/** One row, whatever it is. What cannot be read is kept with its problem and blocks nobody else. */
export function deliverRow(
  provider: Provider,
  raw: unknown,
  context: RowContext,
  fallbackId: string,
): DeliveredRow {
  const idOfRaw = () => cleanText(provider.recordIdOf(raw)) ?? fallbackId
  try {
    const parsed = provider.row.safeParse(raw)
    if (!parsed.success)
      return { ok: false, recordId: idOfRaw(), problem: parsed.error.issues[0]?.message ?? UNREADABLE }
    const employee = provider.toEmployee(parsed.data, context)
    return { ok: true, recordId: cleanText(employee.recordId) ?? idOfRaw(), employee }
  } catch (thrown) {
    const problem = thrown instanceof RollcallError ? thrown.message : UNREADABLE
    return { ok: false, recordId: idOfRaw(), problem }
  }
}

export function normaliseRow(row: DeliveredRow): ReadRow {
  if (!row.ok) return row
  const read = normaliseEmployee(row.employee)
  return read.ok ? read : { ...read, recordId: row.recordId }
}
