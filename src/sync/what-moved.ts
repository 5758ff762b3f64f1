import { PLAN_KINDS, type PlanCounts, type PlanKind } from '../model.ts'
import type { PlanView } from './plan.ts'

const MOVED: Record<Exclude<PlanKind, 'update' | 'left' | 'returned' | 'unchanged'>, string> = {
  create: 'to create',
  link: 'matched with nothing to write',
  conflict: 'that need a look',
  vanished: 'missing from HR',
  out_of_conditions: 'outside your conditions',
  skip: 'left out',
}

/** What is different in numbers between two plans, a sentence each: "1 more to create". */
export function whatMoved({ counts: before }: PlanView, { counts: after }: PlanView): string[] {
  const sentences = PLAN_KINDS.flatMap((kind) => {
    if (kind === 'update') return updatesMoved(before, after)
    if (kind === 'left' || kind === 'returned' || kind === 'unchanged') return []
    return moreWords(after[kind] - before[kind], MOVED[kind])
  })
  return sentences.length > 0 ? sentences : ['the same number of people, with other values']
}

/** Whoever left or came back is one of those to update: "1 more to update (1 more who left)". */
function updatesMoved(before: PlanCounts, after: PlanCounts): string[] {
  const updated = ({ left, returned, update }: PlanCounts) => update + left + returned
  const [total] = moreWords(updated(after) - updated(before), 'to update')
  const parts = [
    ...moreWords(after.left - before.left, 'who left'),
    ...moreWords(after.returned - before.returned, 'who came back'),
  ]
  if (total === undefined) return parts
  return [parts.length === 0 ? total : `${total} (${parts.join(', ')})`]
}

const moreWords = (by: number, what: string): string[] =>
  by === 0 ? [] : [`${Math.abs(by)} ${by > 0 ? 'more' : 'fewer'} ${what}`]
