import { type Employee, IDENTIFIERS } from '../../../../src/model.ts'
import { CUSTOM, FIELDS, type Hr, hired, VALUES } from '../hr.ts'
import { pick, type Step } from '../world.ts'

type HrAct = (hr: Hr, step: Step, one: Employee | undefined) => void

const MOST_PEOPLE = 10

/** What happens in the HR system. Rollcall learns of it by the next read. */
export const HR_ACTS = {
  edit: ({ people }, { what, to }, one) => {
    const field = pick(FIELDS, what)!
    if (one) people.set(one.recordId, { ...one, [field]: pick(VALUES[field]!, to) ?? null })
  },
  swap: ({ people }, { to }, one) => {
    const other = pick([...people.values()], to)
    if (!one || !other) return
    people.set(one.recordId, { ...one, workEmail: other.workEmail })
    people.set(other.recordId, { ...other, workEmail: one.workEmail })
  },
  /** Several come to have one identifier, or each has one of their own again. */
  crowd: ({ people }, { what, to }, one) => {
    const key = pick(IDENTIFIERS, what)!
    const crowd = [...people.values()].slice(0, 2 + (to % 4))
    for (const other of crowd)
      people.set(other.recordId, {
        ...other,
        [key]: to < 8 ? (one?.[key] ?? null) : `own${other.recordId}@acme.example`,
      })
  },
  leave: ({ people }, _, one) => {
    if (one) people.set(one.recordId, { ...one, status: 'left', endDate: '2026-10-31' })
  },
  return: ({ people }, _, one) => {
    if (one) people.set(one.recordId, { ...one, status: 'active', endDate: null })
  },
  hire: (hr, { to }) => {
    const n = ++hr.hires
    if (hr.people.size < MOST_PEOPLE)
      hr.people.set(`${n}`, hired(n, { workEmail: pick(VALUES['workEmail']!, to) ?? null }))
  },
  rehire: (hr, _, one) => {
    const recordId = `${++hr.hires}`
    if (one && hr.people.size < MOST_PEOPLE)
      hr.people.set(recordId, { ...one, recordId, status: 'active', endDate: null })
  },
  vanish: ({ gone, people }, _, one) => {
    if (one && people.delete(one.recordId)) gone.set(one.recordId, one)
  },
  show: ({ gone, people }, { who }) => {
    const one = pick([...gone.values()], who)
    if (one && gone.delete(one.recordId)) people.set(one.recordId, one)
  },
  break: ({ people }, { to }, one) => {
    const broken = pick(
      [
        { startDate: 'soon' },
        { unread: ['workEmail', 'status'] as const },
        { startDate: '2024-03-01', unread: [] },
      ],
      to,
    )
    if (one) people.set(one.recordId, { ...one, ...broken })
  },
  /** A custom field of somebody: a value, a blank, or it does not come with them. */
  fill: ({ people }, { what, to }, one) => {
    if (!one) return
    const { id, type } = pick(CUSTOM, what)!
    const { [id]: _, ...others } = one.custom
    const value = pick<string | number | null | undefined>(
      type === 'number' ? [7, null, undefined, 0] : ['M', null, undefined, ' L ', ''],
      to,
    )
    people.set(one.recordId, { ...one, custom: value === undefined ? others : { ...others, [id]: value } })
  },
  /** Everybody has a value in it, or it comes with nobody: a permission. */
  fillAll: ({ people }, { what, to }) => {
    const { id, type } = pick(CUSTOM, what)!
    for (const one of people.values()) {
      const { [id]: _, ...others } = one.custom
      const value = type === 'number' ? to : `size ${to % 3}`
      people.set(one.recordId, { ...one, custom: to % 4 === 0 ? others : { ...others, [id]: value } })
    }
  },
  list: ({ fields }, { what }) => {
    const { id } = pick(CUSTOM, what)!
    if (!fields.delete(id)) fields.add(id)
  },
} as const satisfies Record<string, HrAct>
