import type { FieldRule } from '../../sync/core/mapping.ts'

/** Owner and "HR may clear" in one choice: where HR does not write over a value, it cannot clear one either. */
const RULES = {
  hr: { owner: 'hr', mayClear: false },
  hr_clear: { owner: 'hr', mayClear: true },
  fill: { owner: 'fill', mayClear: false },
  register: { owner: 'register', mayClear: false },
  ask: { owner: 'ask', mayClear: false },
  ask_clear: { owner: 'ask', mayClear: true },
} as const satisfies Record<string, FieldRule>
export type RuleName = keyof typeof RULES

/** What holds for a standard field that nobody touched. */
export const UNTOUCHED: RuleName = 'hr'

export function ruleOf({ owner, mayClear }: FieldRule): RuleName {
  if (owner === 'hr') return mayClear ? 'hr_clear' : 'hr'
  if (owner === 'ask') return mayClear ? 'ask_clear' : 'ask'
  return owner
}

/** The rule of that name; one that already has it stays exactly as it is stored. */
export const withRule = (stored: FieldRule | undefined, name: RuleName): FieldRule =>
  stored !== undefined && ruleOf(stored) === name ? stored : RULES[name]
