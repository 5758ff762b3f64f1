import type { Context } from 'hono'
import { bodyStream } from './body-stream.ts'
import type { Company } from './company.ts'
import type { Fault } from './faults.ts'
import { idAt } from './ordinary.ts'
import { hasLeft, type Person } from './person.ts'
import { hashText } from './random.ts'
import type { Rehearsal } from './rehearsal.ts'
import type { WireEnv } from './wire.ts'

/** Who is in a list at all: `null` for everybody. Forbidden people and faults leave some out. */
export function listedPeople(
  rehearsal: Rehearsal,
  faults: readonly Fault[],
): ((person: Person) => boolean) | null {
  const tests: ((person: Person) => boolean)[] = []
  const today = rehearsal.company().today()
  if (rehearsal.isForbidden('former people')) tests.push((person) => !hasLeft(person, today))
  for (const fault of faults) {
    if (fault.kind === 'empty') tests.push(() => false)
    if (fault.kind === 'shrink') tests.push(({ id }) => hashText(id) % 100 < fault.keepPercent)
  }
  return tests.length === 0 ? null : (person) => tests.every((test) => test(person))
}

/** One page and how many there are in all. A page of everybody costs its own people and no others. */
export function pageOfPeople(
  company: Company,
  isListed: ((person: Person) => boolean) | null,
  offset: number,
  limit: number,
): { people: Person[]; total: number } {
  if (isListed) {
    const people = [...company.people().filter(isListed)]
    return { people: people.slice(offset, offset + limit), total: people.length }
  }
  const indexes = Array.from({ length: limit }, (_, place) => offset + place)
  return { people: indexes.flatMap((index) => company.findById(idAt(index)) ?? []), total: company.size() }
}

/** Whether a fault makes the field vanish. The control page names the work email in HiBob's way. */
export function isVanished(
  faults: readonly Fault[],
  names: readonly (string | null)[],
  isWorkEmail: boolean,
) {
  return faults.some(
    (fault) =>
      fault.kind === 'missing_field' &&
      (names.includes(fault.field) || (isWorkEmail && fault.field === 'root.email')),
  )
}

/** A list as JSON, or as much of it as a fault lets through. */
export function listAnswer(c: Context<WireEnv>, answer: object): Response {
  const whole = JSON.stringify(answer)
  const fault = c.get('faults').find((each) => each.kind === 'truncated')
  const length = fault
    ? Math.min(whole.length - 1, Math.floor((whole.length * fault.keepPercent) / 100))
    : whole.length
  c.header('content-type', 'application/json')
  const isDropped = fault?.ending === 'dropped'
  return c.body(bodyStream([whole.slice(0, length)], isDropped ? c.env.outgoing : null))
}
