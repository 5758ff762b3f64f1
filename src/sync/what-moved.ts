import type { Db } from '../db/client.ts'
import { listDifferingPeople } from '../db/plan-differences.ts'
import { PLAN_KINDS, type PlanCounts, type PlanKind } from '../model.ts'
import type { PlanView } from './plan.ts'

/** Between two plans: what is different in numbers, a sentence each, and where no number is, whom it concerns. */
export type Moved = {
  sentences: readonly string[]
  /** The first few by name, of all of them. */
  people: { names: readonly string[]; total: number } | null
}

const MAX_NAMES = 3

export async function compareWith(
  db: Db,
  companyId: string,
  before: PlanView,
  after: PlanView,
): Promise<Moved> {
  const sentences = whatMoved(before, after)
  if (sentences.length > 0) return { sentences, people: null }
  const people = await listDifferingPeople(db, companyId, [before.planId, after.planId], MAX_NAMES)
  return { sentences, people: people.total > 0 ? people : null }
}

const MOVED: Record<Exclude<PlanKind, 'update' | 'left' | 'returned' | 'unchanged'>, string> = {
  create: 'to create',
  link: 'matched with nothing to write',
  conflict: 'that need a look',
  vanished: 'missing from HR',
  out_of_conditions: 'outside your conditions',
  skip: 'left out',
}

/** "1 more to create"; none where the numbers are the same. */
export function whatMoved({ counts: before }: PlanView, { counts: after }: PlanView): string[] {
  return PLAN_KINDS.flatMap((kind) => {
    if (kind === 'update') return updatesMoved(before, after)
    if (kind === 'left' || kind === 'returned' || kind === 'unchanged') return []
    return moreWords(after[kind] - before[kind], MOVED[kind])
  })
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
