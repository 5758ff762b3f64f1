/**
 * Which record ids came in one read, at 8 bytes a slot: a million people fit in 16 MB, where a Set of their ids
 * would take some 100 MB. Ids are kept as 64-bit hashes under a random seed. Two ids of a million share one with a
 * chance of 1 in 30 million; then a head count is one short and the read is refused, and the next has another seed.
 */
export type SeenIds = {
  /** `false` if it was there already. */
  add(id: string): boolean
  has(id: string): boolean
  readonly size: number
}

const FIRST_SLOTS = 1024
const FULLEST = 0.6

export function createSeenIds(seed = Math.floor(Math.random() * 2 ** 32)): SeenIds {
  let slots = FIRST_SLOTS
  let high = new Uint32Array(slots)
  let low = new Uint32Array(slots)
  let size = 0
  let hashHigh = 0
  let hashLow = 0

  /** Sets `hashHigh` and `hashLow`; a pair to return would be an allocation for each person. */
  function hash(id: string): void {
    let a = (seed ^ 0xdeadbeef) | 0
    let b = (seed ^ 0x41c6ce57) | 0
    for (let index = 0; index < id.length; index++) {
      const unit = id.charCodeAt(index)
      a = Math.imul(a ^ unit, 0x9e3779b1)
      b = Math.imul(b ^ unit, 0x5f356495)
    }
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
    hashHigh = a >>> 0
    // Two zeros mean an empty slot.
    hashLow = b >>> 0 || 1
  }

  /** The slot that holds the pair, or the empty one where it belongs. */
  function slotOf(wantedHigh: number, wantedLow: number): number {
    let slot = wantedLow & (slots - 1)
    while (low[slot] !== 0 && (low[slot] !== wantedLow || high[slot] !== wantedHigh))
      slot = (slot + 1) & (slots - 1)
    return slot
  }

  function grow(): void {
    const [oldHigh, oldLow] = [high, low]
    slots *= 2
    high = new Uint32Array(slots)
    low = new Uint32Array(slots)
    for (let index = 0; index < oldLow.length; index++) {
      const movedLow = oldLow[index] ?? 0
      if (movedLow !== 0) put(oldHigh[index] ?? 0, movedLow)
    }
  }

  function put(putHigh: number, putLow: number): void {
    const slot = slotOf(putHigh, putLow)
    high[slot] = putHigh
    low[slot] = putLow
  }

  return {
    add(id) {
      hash(id)
      if (low[slotOf(hashHigh, hashLow)] !== 0) return false
      if (size + 1 > slots * FULLEST) grow()
      put(hashHigh, hashLow)
      size += 1
      return true
    },
    has(id) {
      hash(id)
      return low[slotOf(hashHigh, hashLow)] !== 0
    },
    get size() {
      return size
    },
  }
}
