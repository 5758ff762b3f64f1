import type { Company, DayChange } from './company.ts'
import { DIFFICULT_KEYS, difficultId } from './difficult-person.ts'
import { lifecycleOf, type Person, type PersonPatch } from './person.ts'
import type { Rehearsal } from './rehearsal.ts'

/** What became of one person: who they were on the day `from`, or `null` if new, and who they are on the day `to`. */
export type Change = { was: Person | null; is: Person; from: string; to: string; at: Date }

export type ChangeLog = {
  /** Since the start or the last reset, oldest first. */
  changesOf: (id: string) => readonly Change[]
  onChange: (listener: (changes: readonly Change[]) => void) => void
}

/** The same rehearsal, which now tells what it changes: vendors send webhooks and answer "changed since" from it. */
export function withChangeLog(rehearsal: Rehearsal): { rehearsal: Rehearsal; log: ChangeLog } {
  const byId = new Map<string, Change[]>()
  const listeners: ((changes: readonly Change[]) => void)[] = []

  function record(changes: readonly Change[]): void {
    for (const change of changes) byId.set(change.is.id, [...(byId.get(change.is.id) ?? []), change])
    if (changes.length > 0) for (const listener of listeners) listener(changes)
  }

  return {
    log: {
      changesOf: (id) => byId.get(id) ?? [],
      onChange: (listener) => listeners.push(listener),
    },
    rehearsal: {
      ...rehearsal,
      advance(days) {
        const from = rehearsal.company().today()
        const dayChanges = rehearsal.advance(days)
        record(changesSince(from, rehearsal.company(), dayChanges))
        return dayChanges
      },
      patch(idOrKey, values) {
        const key = DIFFICULT_KEYS.find((each) => each === idOrKey)
        const was = rehearsal.company().findById(key ? difficultId(key) : idOrKey)
        const is = rehearsal.patch(idOrKey, values)
        const today = rehearsal.company().today()
        const isChanged = was && is && JSON.stringify(was) !== JSON.stringify(is)
        if (isChanged) record([{ was, is, from: today, to: today, at: new Date() }])
        return is
      },
      reset() {
        rehearsal.reset()
        byId.clear()
      },
    },
  }
}

/** Also those whom nobody touched: a first day or a last day that comes is a change of status. */
function changesSince(from: string, company: Company, dayChanges: readonly DayChange[]): Change[] {
  const before = new Map<string, PersonPatch>()
  const joined = new Set<string>()
  for (const { id, kind, before: values } of dayChanges) {
    if (kind === 'joiner') joined.add(id)
    // The first value of several days is the one from before them.
    before.set(id, { ...values, ...before.get(id) })
  }
  const to = company.today()
  const at = new Date()
  const changes: Change[] = []
  for (const is of company.people()) {
    const was = { ...is, ...before.get(is.id) }
    const isTouched = before.has(is.id) || lifecycleOf(was, from) !== lifecycleOf(is, to)
    if (isTouched) changes.push({ was: joined.has(is.id) ? null : was, is, from, to, at })
  }
  return changes
}
