import { type Employee, STANDARD_FIELD_KEYS, type StandardField } from '../../model.ts'
import { allowedBy, type Limit } from './guard.ts'
import { isFilled } from './normalise.ts'

/**
 * The field-coverage alarm. A field that most people had a value for and that most people have lost is far more
 * often a lost permission or a renamed field than the truth: it is held, and everything else goes on.
 */
export type Coverage = Partial<Record<StandardField, number>>

const LOSS: Limit = { absolute: 3, percent: 20 }

export type CoverageCount = { people: number; filled: Record<StandardField, number> }

export const emptyCount = (): CoverageCount => ({
  people: 0,
  filled: Object.fromEntries(STANDARD_FIELD_KEYS.map((key) => [key, 0])) as Record<StandardField, number>,
})

/** Of an employee as they came, or normalised: a blank counts for nothing either way. */
export function countFilled(count: CoverageCount, employee: Employee): void {
  count.people++
  for (const key of STANDARD_FIELD_KEYS) if (isFilled(employee[key])) count.filled[key]++
}

/** Shares from 0 to 1. */
export function coverageOf({ people, filled }: CoverageCount): Coverage {
  if (people === 0) return {}
  return Object.fromEntries(STANDARD_FIELD_KEYS.map((key) => [key, filled[key] / people]))
}

export type CoverageJudgement = {
  held: StandardField[]
  /** What the next read is compared with: a held field keeps its last good share until it recovers or is let through. */
  baseline: Coverage
}

/** @param baseline the last good shares; empty before the first read, which nothing can be compared with */
export function judgeCoverage(baseline: Coverage, count: CoverageCount): CoverageJudgement {
  const now = coverageOf(count)
  const held = STANDARD_FIELD_KEYS.filter((key) => {
    const lost = ((baseline[key] ?? 0) - (now[key] ?? 0)) * count.people
    // Rounding of shares must not make the difference.
    return lost > allowedBy(LOSS, count.people) + 1e-6
  })
  const kept = Object.fromEntries(held.map((key) => [key, baseline[key]]))
  return { held, baseline: { ...now, ...kept } }
}
