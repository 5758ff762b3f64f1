import type { Employee, FieldValue, RegisterFields } from '../../model.ts'
import { fieldLabel, type Mapping, mappedFields } from './mapping.ts'

/** A field of which HR states nothing, and the register's value of it that stays therefore. */
export type KeptField = { key: string; label: string; value: FieldValue }

/** Where HR may clear a field, or never writes it, a blank is not why the register keeps it. */
export function keptFields(employee: Employee, ours: RegisterFields, mapping: Mapping): KeptField[] {
  return mappedFields(employee, mapping).flatMap(({ key, mayClear, owner, theirs }) => {
    const value = ours[key] ?? null
    const isKept = theirs === null && value !== null && !mayClear && owner !== 'register'
    return isKept ? [{ key, label: fieldLabel(key, mapping), value }] : []
  })
}
