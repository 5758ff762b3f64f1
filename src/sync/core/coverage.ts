import { type CoveredField, type Employee, STANDARD_FIELD_KEYS, type StandardField } from '../../model.ts'
import { customFieldKey } from './conditions-fields.ts'
import { allowedBy, type Limit } from './guard.ts'
import { isFilled } from './normalise.ts'

/**
 * The field-coverage alarm. A field that most people had a value for and that most people have lost is far more
 * often a lost permission or a renamed field than the truth: it is held, and everything else goes on.
 */
export type Coverage = Partial<Record<CoveredField, number>>

export type CoverageCount = {
  people: number
  standard: Record<StandardField, number>
  /** Of the custom fields that are retrieved, by the provider's id. */
  custom: readonly { id: string; filled: number }[]
}

/** @param customIds the custom fields to count: none of them costs nothing, which matters for every person read */
export const emptyCount = (customIds: readonly string[]): CoverageCount => ({
  people: 0,
  standard: Object.fromEntries(STANDARD_FIELD_KEYS.map((field) => [field, 0])) as CoverageCount['standard'],
  custom: customIds.map((id) => ({ id, filled: 0 })),
})

/**
 * Of an employee as they came, or normalised: a blank counts for nothing either way. Field by field, because a loop over
 * the fields takes four times as long, and this is done for everybody who is read.
 */
export function countFilled(count: CoverageCount, employee: Employee): void {
  count.people++
  const { standard } = count
  if (isFilled(employee.firstName)) standard.firstName++
  if (isFilled(employee.lastName)) standard.lastName++
  if (isFilled(employee.preferredName)) standard.preferredName++
  if (isFilled(employee.workEmail)) standard.workEmail++
  if (isFilled(employee.personalEmail)) standard.personalEmail++
  if (isFilled(employee.employeeNumber)) standard.employeeNumber++
  if (isFilled(employee.phone)) standard.phone++
  if (isFilled(employee.jobTitle)) standard.jobTitle++
  if (isFilled(employee.department)) standard.department++
  if (isFilled(employee.officeLocation)) standard.officeLocation++
  if (isFilled(employee.country)) standard.country++
  if (isFilled(employee.legalEntity)) standard.legalEntity++
  if (isFilled(employee.employmentType)) standard.employmentType++
  if (isFilled(employee.status)) standard.status++
  if (isFilled(employee.startDate)) standard.startDate++
  if (isFilled(employee.endDate)) standard.endDate++
  for (const each of count.custom) if (hasValue(employee.custom[each.id])) each.filled++
}

function hasValue(value: Employee['custom'][string] | undefined): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return isFilled(value)
  return typeof value !== 'object' || value.length > 0
}

/** Shares from 0 to 1. */
export function coverageOf({ custom, people, standard }: CoverageCount): Coverage {
  if (people === 0) return {}
  return Object.fromEntries([
    ...STANDARD_FIELD_KEYS.map((field) => [field, standard[field] / people]),
    ...custom.map(({ id, filled }) => [customFieldKey(id), filled / people]),
  ])
}

export type CoverageJudgement = {
  held: CoveredField[]
  /** What the next read is compared with: a held field keeps its last good share until it recovers or is let through. */
  baseline: Coverage
}

/**
 * @param baseline the last good shares; empty before the first read, which nothing can be compared with
 * @param rules.watched ids of the custom fields that HR writes or a condition asks about: of the others nothing follows
 */
export function judgeCoverage(
  baseline: Coverage,
  count: CoverageCount,
  rules: { limit: Limit; watched: readonly string[] },
): CoverageJudgement {
  const now = coverageOf(count)
  const watched = [...STANDARD_FIELD_KEYS, ...rules.watched.map(customFieldKey)]
  const held = watched.filter((key) => {
    const lost = ((baseline[key] ?? 0) - (now[key] ?? 0)) * count.people
    // Rounding of shares must not make the difference.
    return lost > allowedBy(rules.limit, count.people) + 1e-6
  })
  const kept = Object.fromEntries(held.map((key) => [key, baseline[key]]))
  return { held, baseline: { ...now, ...kept } }
}
