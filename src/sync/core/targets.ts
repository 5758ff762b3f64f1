/** Whom a retrieval reads, by record id, in order; `null` is everybody. */
export type Targets = readonly string[] | null

/** More than that many at once is a change of the company and no longer of people: a full read sees all of it. */
export const MAX_TARGETS = 50
/** With a larger part than that the whole costs little more, and proves more. */
const LARGEST_PART = 0.1

/** As every vendor writes ids, and as they may stand in an address: anything else names nobody that we could ask for. */
const RECORD_ID = /^[\w-]{1,64}$/

/** @param recordIds as a delivery names them, whatever stands there; nobody named means everybody */
export function targetsOf(recordIds: readonly string[]): Targets {
  if (recordIds.length === 0 || !recordIds.every((id) => RECORD_ID.test(id))) return null
  return atMost([...new Set(recordIds)])
}

/** Two requests in one: everybody of either. */
export function joinTargets(one: Targets, other: Targets): Targets {
  return one === null || other === null ? null : atMost([...new Set([...one, ...other])])
}

/** @param people how many the last complete read had */
export function isSmallPart(targets: readonly string[], people: number): boolean {
  return targets.length <= people * LARGEST_PART
}

const atMost = (ids: readonly string[]): Targets => (ids.length > MAX_TARGETS ? null : ids.toSorted())
