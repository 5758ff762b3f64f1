import { addDays } from './calendar.ts'
import { type DayEventKind, eventsOfDay } from './days.ts'
import { DIFFICULT_KEYS, difficultChangesOn, difficultId, difficultPerson } from './difficult-person.ts'
import { indexOfId, ordinaryPerson } from './ordinary.ts'
import type { Person, PersonPatch } from './person.ts'

export type CompanySettings = { people: number; seed: number; today: string }

/** What cannot be computed from the settings: enough to bring a company back after a restart. */
export type CompanyHistory = { day: number; joined: number; patches: [index: number, patch: PersonPatch][] }

export type DayChange = {
  day: number
  kind: DayEventKind | 'difficult'
  id: string
  name: string
  before: PersonPatch
  after: PersonPatch
}

export type Company = ReturnType<typeof createCompany>

/**
 * The model company. People are computed from their index and never all held, so a million cost no more
 * memory than ten; only what days and hands changed is remembered, one patch for each changed person.
 */
export function createCompany(settings: CompanySettings, history?: CompanyHistory) {
  const { seed, today: day0 } = settings
  const firstOrdinary = Math.min(settings.people, DIFFICULT_KEYS.length)
  let day = history?.day ?? 0
  let joined = history?.joined ?? 0
  const patches = new Map(history?.patches)

  const today = () => addDays(day0, day)
  const size = () => settings.people + joined

  function person(index: number, changed: ReadonlyMap<number, PersonPatch> = patches): Person {
    const key = index < firstOrdinary ? DIFFICULT_KEYS[index] : undefined
    const original = key ? difficultPerson(key, seed, day0) : ordinaryPerson(seed, index, firstOrdinary, day0)
    return { ...original, ...changed.get(index) }
  }

  function findById(id: string): Person | undefined {
    const index = indexOfId(id)
    return index >= 0 && index < size() ? person(index) : undefined
  }

  /** Everybody as of the first step: a day that passes while someone reads does not tear the answer. */
  function* people(): Generator<Person> {
    const changed = new Map(patches)
    const last = size()
    for (let index = 0; index < last; index++) yield person(index, changed)
  }

  function change(index: number, patch: PersonPatch) {
    const before = person(index)
    patches.set(index, { ...patches.get(index), ...patch })
    const after = person(index)
    const was = Object.keys(patch).map((field) => [field, before[field as keyof PersonPatch]])
    return {
      id: after.id,
      name: after.displayName,
      before: Object.fromEntries(was) as PersonPatch,
      after: patch,
    }
  }

  /** `undefined` when nobody has that id. */
  function patch(id: string, values: PersonPatch): Person | undefined {
    if (!findById(id)) return undefined
    change(indexOfId(id), values)
    return findById(id)
  }

  function advanceOneDay(): DayChange[] {
    day += 1
    const changes: DayChange[] = []
    for (const { key, patch: values } of difficultChangesOn(day, day0)) {
      if (!findById(difficultId(key))) continue
      changes.push({ day, kind: 'difficult', ...change(indexOfId(difficultId(key)), values) })
    }
    for (const event of eventsOfDay({ firstOrdinary, size, person }, seed, day, today())) {
      const isNew = event.kind === 'joiner'
      if (isNew) joined += 1
      const changed = change(event.index, event.patch)
      changes.push({ day, kind: event.kind, ...changed, before: isNew ? {} : changed.before })
    }
    return changes
  }

  return {
    settings,
    today,
    size,
    people,
    findById,
    patch,
    day: () => day,
    advance: (days: number) => Array.from({ length: days }, advanceOneDay).flat(),
    history: (): CompanyHistory => ({ day, joined, patches: [...patches] }),
    /** Those whose values the ordinary lists of titles and departments may not contain. */
    unusualPeople: () =>
      [...new Set([...Array(firstOrdinary).keys(), ...patches.keys()])].map((index) => person(index)),
  }
}
