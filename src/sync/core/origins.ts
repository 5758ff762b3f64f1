import type { FieldValue, FieldValues, JournalOutcome, RegisterFields } from '../../model.ts'
import { sameValue } from './diff.ts'

/** One row of the journal about one stakeholder. */
export type Written = {
  syncId: string
  ordinal: number
  outcome: JournalOutcome
  before: FieldValues
  after: FieldValues
  /** The sync whose row of the same number this one reversed. */
  undoes: string | null
}

/** `register`: not what a sync wrote last, so somebody put it there. */
export type Origin = { by: 'sync'; syncId: string } | { by: 'register' }

type Held = Readonly<Record<string, { value: FieldValue | null; origin: Origin | null }>>
type State = {
  /** The fields that the journal knows of, with the values it left. */
  held: Held
  /** A sync made this stakeholder, so whatever the journal does not know of came later. */
  isWhole: boolean
}

const REGISTER: Origin = { by: 'register' }

/**
 * Where each value of a stakeholder came from; a field of which nothing tells is not in the answer. What an undo put
 * back is from where it was before the undone sync, never from that sync and not from the undo.
 * @param written every row about this stakeholder, in the order in which they were applied
 * @param bases the values on which each linked HR record and the register last agreed
 */
export function originsOf(
  fields: RegisterFields,
  written: readonly Written[],
  bases: readonly RegisterFields[],
): Readonly<Record<string, Origin>> {
  let state: State = { held: {}, isWhole: false }
  const before = new Map<string, State>()
  for (const row of written) {
    before.set(`${row.syncId}:${row.ordinal}`, state)
    state = after(state, row, before.get(`${row.undoes}:${row.ordinal}`))
  }
  const known = Object.entries(fields).map(([key, value]): [string, Origin | null] => [
    key,
    originIn(state, key, value) ?? movedFrom(bases, key, value),
  ])
  return Object.fromEntries(known.filter((it): it is [string, Origin] => it[1] !== null))
}

/** @param undone how things stood before what this row reverses */
function after(state: State, row: Written, undone: State | undefined): State {
  switch (row.outcome) {
    case 'created':
      return { held: hold(row.after, () => ({ by: 'sync', syncId: row.syncId })), isWhole: true }
    case 'updated':
      return {
        ...state,
        held: { ...state.held, ...hold(row.after, () => ({ by: 'sync', syncId: row.syncId })) },
      }
    case 'reversed':
      return { ...state, held: { ...state.held, ...hold(row.after, fromBefore(undone)) } }
    case 'restored':
      return { held: hold(row.after, fromBefore(undone)), isWhole: undone?.isWhole ?? false }
    case 'removed':
    case 'linked':
    case 'skipped':
    case 'kept':
      return state
    default:
      return row.outcome satisfies never
  }
}

const hold = (values: FieldValues, from: (key: string, value: FieldValue | null) => Origin | null): Held =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, origin: from(key, value) }]))

const fromBefore = (state: State | undefined) => (key: string, value: FieldValue | null) =>
  state === undefined ? null : originIn(state, key, value)

/** Another value than the one the journal left was put there by somebody. */
function originIn({ held, isWhole }: State, key: string, value: FieldValue | null): Origin | null {
  const last = held[key]
  if (last === undefined) return isWhole ? REGISTER : null
  return sameValue(last.value, value) ? last.origin : REGISTER
}

/** The journal tells nothing, but HR and the register had agreed on another value. */
function movedFrom(bases: readonly RegisterFields[], key: string, value: FieldValue): Origin | null {
  const agreed = bases.map((base) => base[key]).filter((it) => it !== undefined)
  return agreed.length > 0 && agreed.every((it) => !sameValue(it, value)) ? REGISTER : null
}
