import type { FieldValue, RegisterFields } from '../../model.ts'
import { personName, STANDARD_FIELD_KEYS } from '../../model.ts'

/**
 * One cell (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front, which
 * the spreadsheet takes for "this is text" (OWASP, CSV injection). Numbers are numbers and stay bare.
 */
export function csvCell(value: FieldValue | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : value.join('; ')
  const safe = /^[\s]*[=+\-@＝＋－＠\t\r\n]/u.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvLine = (cells: readonly (FieldValue | null | undefined)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`

/** The standard fields in their own order, then whatever custom fields the register has. */
export function csvColumns(registerKeys: readonly string[]): string[] {
  const custom = registerKeys.filter((key) => !STANDARD_FIELD_KEYS.some((standard) => standard === key))
  return [...STANDARD_FIELD_KEYS, ...custom]
}

export function stakeholderLine(
  stakeholder: { stakeholderId: string; fields: RegisterFields },
  columns: readonly string[],
): string {
  const { stakeholderId, fields } = stakeholder
  return csvLine([stakeholderId, personName(fields), ...columns.map((column) => fields[column])])
}
