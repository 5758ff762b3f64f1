import type { VisitKnown } from '../db/known-records.ts'

/**
 * Which records the cache knows and which came in this read: 25 bytes for each with its place in the hash table, so that
 * a million people fit in some 25 MB where a Map of texts would take 300. Ids are kept as 64-bit hashes under a random
 * seed. Two ids of a million share one with a chance of 1 in 30 million: then a head count is one short or a changed row
 * has nothing to change, the read is refused, and the next has another seed.
 */
export type RecordLedger = {
  /** For so many as are said to come: to grow on the way is to put everybody in again each time. */
  makeRoomFor(people: number): void
  /** As the cache has it. To be called for everybody before the first `see`. */
  know: VisitKnown
  /** @param fingerprint in hexadecimal; its first 64 bits are compared, which a changed record shares once in 10^19 */
  see(id: string, fingerprint: string): Standing
  wasSeen(id: string): boolean
  /** How many different records came. */
  readonly seen: number
  /** How many of the people in the cache have not come. */
  readonly missing: number
}

/** Of a record that came. All but `isFirst` speak of what the cache had before this read. */
export type Standing = Readonly<{
  isFirst: boolean
  isKnown: boolean
  wasPresent: boolean
  wasReadable: boolean
  isSame: boolean
}>

const KNOWN = 1
const PRESENT = 2
const READABLE = 4
const SAME = 8
const SEEN = 16

/** One for each combination, made once: a new one for each person would keep the garbage collector busy. */
const STANDINGS: readonly Standing[] = Array.from({ length: 32 }, (_, bits) => ({
  isFirst: (bits & SEEN) === 0,
  isKnown: (bits & KNOWN) !== 0,
  wasPresent: (bits & PRESENT) !== 0,
  wasReadable: (bits & READABLE) !== 0,
  isSame: (bits & SAME) !== 0,
}))

const FIRST_ROOM = 512
/** Room is made for no more on somebody's word; beyond, it grows as they come. */
const MOST_BELIEVED = 1_000_000
/** A hash table half full finds an entry in one or two steps. */
const SLOTS_PER_ENTRY = 2

const FACTOR_A = 0x9e3779b1
const FACTOR_B = 0x5f356495
const LAST_ASCII = 0x7f

export function createRecordLedger(seed = Math.floor(Math.random() * 2 ** 32)): RecordLedger {
  const seedA = (seed ^ 0xdeadbeef) | 0
  const seedB = (seed ^ 0x41c6ce57) | 0
  let room = FIRST_ROOM
  // Entries lie in the order they came in: as long as a read keeps to it, memory is gone through from end to end.
  let ids = new Uint32Array(room * 2)
  /** Stays empty in a first read, which knows nobody. */
  let prints = new Uint32Array(0)
  let marks = new Uint8Array(room)
  /** The hash table: the entry's number plus one, or 0. */
  let slots = new Uint32Array(room * SLOTS_PER_ENTRY)
  let used = 0
  let seen = 0
  let missing = 0
  /** The one after that which was found last. */
  let likely = 0
  let idHigh = 0
  let idLow = 0

  /** Sets `idHigh` and `idLow`; a pair to return would be an allocation for each person. */
  function hashText(id: string): void {
    let a = seedA
    let b = seedB
    for (let index = 0; index < id.length; index++) {
      const unit = id.charCodeAt(index)
      if (unit > LAST_ASCII) {
        const bytes = Buffer.from(id)
        hashUtf8(bytes, 0, bytes.length)
        return
      }
      a = Math.imul(a ^ unit, FACTOR_A)
      b = Math.imul(b ^ unit, FACTOR_B)
    }
    mix(a, b)
  }

  /** The same for the same id. */
  function hashUtf8(bytes: Uint8Array, start: number, end: number): void {
    let a = seedA
    let b = seedB
    for (let index = start; index < end; index++) {
      const byte = bytes[index] as number
      a = Math.imul(a ^ byte, FACTOR_A)
      b = Math.imul(b ^ byte, FACTOR_B)
    }
    mix(a, b)
  }

  function mix(a: number, b: number): void {
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
    idHigh = a >>> 0
    idLow = b >>> 0
  }

  const isAt = (entry: number) => ids[entry * 2 + 1] === idLow && ids[entry * 2] === idHigh

  /** The slot that holds the id that was hashed last, or the empty one where it belongs. */
  function slotOf(): number {
    const last = slots.length - 1
    let slot = idLow & last
    for (let held = slots[slot]; held && !isAt(held - 1); held = slots[slot]) slot = (slot + 1) & last
    return slot
  }

  function growTo(size: number): void {
    room = size
    ids = enlarged(ids, room * 2)
    if (prints.length > 0) prints = enlarged(prints, room * 2)
    const before = marks
    marks = new Uint8Array(room)
    marks.set(before)
    slots = new Uint32Array(room * SLOTS_PER_ENTRY)
    const [high, low] = [idHigh, idLow]
    for (let entry = 0; entry < used; entry++) {
      idHigh = ids[entry * 2] ?? 0
      idLow = ids[entry * 2 + 1] ?? 0
      slots[slotOf()] = entry + 1
    }
    idHigh = high
    idLow = low
  }

  /** The entry of the id that was hashed last, made if there was none. */
  function findOrMake(): number {
    if (likely < used && isAt(likely)) return likely++
    const slot = slotOf()
    const held = slots[slot] ?? 0
    if (held > 0) {
      likely = held
      return held - 1
    }
    if (used === room) {
      growTo(room * 2)
      return findOrMake()
    }
    ids[used * 2] = idHigh
    ids[used * 2 + 1] = idLow
    used += 1
    slots[slot] = used
    return used - 1
  }

  return {
    makeRoomFor(people) {
      let size = room
      while (Math.min(people, MOST_BELIEVED) > size) size *= 2
      if (size > room) growTo(size)
    },
    know(bytes, start, end, { high, low, isPresent, isReadable }) {
      if (prints.length === 0) prints = new Uint32Array(room * 2)
      hashUtf8(bytes, start, end)
      const entry = findOrMake()
      prints[entry * 2] = high
      prints[entry * 2 + 1] = low
      if (isPresent) missing += 1
      marks[entry] = KNOWN | (isPresent ? PRESENT : 0) | (isReadable ? READABLE : 0)
    },
    see(id, fingerprint) {
      hashText(id)
      const entry = findOrMake()
      const mark = marks[entry] ?? 0
      if ((mark & SEEN) === 0) {
        marks[entry] = mark | SEEN
        seen += 1
        if ((mark & PRESENT) !== 0) missing -= 1
      }
      const isSame =
        (mark & KNOWN) !== 0 &&
        prints[entry * 2] === uint32At(fingerprint, 0) &&
        prints[entry * 2 + 1] === uint32At(fingerprint, 8)
      return STANDINGS[isSame ? mark | SAME : mark] as Standing
    },
    wasSeen(id) {
      hashText(id)
      const held = slots[slotOf()] ?? 0
      return held > 0 && ((marks[held - 1] ?? 0) & SEEN) !== 0
    },
    get seen() {
      return seen
    },
    get missing() {
      return missing
    },
  }
}

function enlarged(from: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length)
  larger.set(from)
  return larger
}

/** Eight hexadecimal digits, in lower case, as a number. */
function uint32At(hex: string, start: number): number {
  let value = 0
  for (let index = start; index < start + 8; index++) {
    const code = hex.charCodeAt(index)
    // "0" to "9" are 0x30 to 0x39, "a" to "f" 0x61 to 0x66.
    value = (value << 4) | ((code & 15) + (code >> 6) * 9)
  }
  return value >>> 0
}
