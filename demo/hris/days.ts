import { addDays } from './calendar.ts'
import type { Person, PersonPatch } from './person.ts'
import { type Dice, dice } from './random.ts'
import { OFFICES, promotedTitle, T_SHIRT_SIZES } from './workplace.ts'

export type DayEventKind = 'joiner' | 'leaver' | 'move' | 'promotion' | 'correction'

export type DayEvent = { kind: DayEventKind; index: number; patch: PersonPatch }

type Workforce = { firstOrdinary: number; size: () => number; person: (index: number) => Person }

const PEOPLE_PER_EVENT = 250

/**
 * What happens to ordinary people on one day: some six things for 250 people. The caller applies each event
 * before it asks for the next, so a joiner of this morning counts in the afternoon.
 */
export function* eventsOfDay(
  workforce: Workforce,
  seed: number,
  day: number,
  today: string,
): Generator<DayEvent> {
  const draw = dice(seed, day, 0x0da7)
  const rounds = Math.max(1, Math.round(workforce.size() / PEOPLE_PER_EVENT))
  for (let round = 0; round < rounds; round++) {
    yield { kind: 'joiner', index: workforce.size(), patch: joining(addDays(today, draw.below(15))) }
    for (const [kind, change] of CHANGES) {
      const index = someoneAtWork(workforce, draw, today)
      if (index === undefined) continue
      const patch = change(workforce.person(index), draw, today)
      if (patch) yield { kind, index, patch }
    }
  }
}

type Change = (person: Person, draw: Dice, today: string) => PersonPatch | null

const CHANGES: readonly [Exclude<DayEventKind, 'joiner'>, Change][] = [
  ['leaver', (_, draw, today) => ({ terminationDate: addDays(today, draw.pick([0, 14, 30])) })],
  ['move', move],
  ['promotion', promotion],
  ['correction', (_, draw) => ({ personalPhone: `+44 7700 902${100 + draw.below(900)}` })],
  ['correction', (person, draw) => resized(person, draw)],
]

function joining(startDate: string): PersonPatch {
  return {
    startDate,
    originalStartDate: startDate,
    terminationDate: null,
    onLeave: false,
    probationEnds: addDays(startDate, 180),
  }
}

function move(person: Person, draw: Dice): PersonPatch {
  const here = OFFICES.findIndex((office) => office.name === person.office)
  const there = OFFICES[(here + 1 + draw.below(OFFICES.length - 1)) % OFFICES.length] ?? OFFICES[0]
  return { office: there.name, homeCountry: there.country }
}

function promotion(person: Person): PersonPatch | null {
  const title = promotedTitle(person.title)
  return title === null ? null : { title }
}

function resized(person: Person, draw: Dice): PersonPatch {
  const others = T_SHIRT_SIZES.filter((size) => size !== person.tShirtSize)
  return { tShirtSize: others[draw.below(others.length)] ?? 'M' }
}

/** Gives up after a few tries: a company where nearly everybody has left stays quiet. */
function someoneAtWork(workforce: Workforce, draw: Dice, today: string): number | undefined {
  const ordinary = workforce.size() - workforce.firstOrdinary
  for (let attempt = 0; attempt < 20 && ordinary > 0; attempt++) {
    const index = workforce.firstOrdinary + draw.below(ordinary)
    const person = workforce.person(index)
    if (person.startDate <= today && person.terminationDate === null) return index
  }
  return undefined
}
