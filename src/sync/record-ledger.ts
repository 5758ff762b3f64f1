import type { VisitKnown } from '../db/known-records.ts'
import { packEntries, unpackEntries } from './ledger-entries.ts'
import { createIdHash } from './record-id-hash.ts'

/**
 * Which records the cache knows and which came in this read: 25 bytes for each with its place in the hash table, so that
 * a million people fit in some 25 MB where a Map of texts would take 300; 17 MB in a first read, which knows nobody. Ids are kept as 64-bit hashes under a random
 * seed. Two ids of a million share one with a chance of 1 in 30 million: then a head count is one short or a changed row
 * has nothing to change, the read is refused, and the next has another seed.
 */
export type RecordLedger = {
  readonly seed: number
  /** Whether it began with what `pack` gave of another. */
  readonly isRestored: boolean
  /** For so many as are said to come: to grow on the way is to put everybody in again each time. */
  makeRoomFor(people: number): void
  /** As the cache has it. To be called for everybody before the first `see`. */
  know: VisitKnown
  /** The same from what `pack` gave of a ledger with this seed. */
  restore(packed: Buffer): void
  /** @param fingerprint in hexadecimal; its first 64 bits are compared, which a changed record shares once in 10^19 */
  see(recordId: string, fingerprint: string): Standing
  /** What the cache is to have of the record that was seen last, where that is not what it has. */
  note(fingerprint: string, isReadable: boolean): void
  wasSeen(recordId: string): boolean
  /** How many different records came. */
  readonly seen: number
  /** How many of the people in the cache have not come. */
  readonly missing: number
  /** What the cache has once this read is swapped in, in pieces of a megabyte; nothing where nobody was known. */
  pack(): Generator<Buffer>
}

/** Of a record that came. All but `isFirst` speak of what the cache had before this read; `isSame` also of what was noted. */
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
/** Of one that was seen: as it came in this read. The others are as they were before. */
const READ = 32
const STANDING = SEEN | SAME | READABLE | PRESENT | KNOWN

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
const PACKED_AT_ONCE = 60_000
/** A hash table half full finds an entry in one or two steps. */
const SLOTS_PER_ENTRY = 2

export function createRecordLedger(seed = Math.floor(Math.random() * 2 ** 32)): RecordLedger {
  /** The id that was hashed last. */
  const id = createIdHash(seed)
  let room = FIRST_ROOM
  // Entries lie in the order they came in: as long as a read keeps to it, memory is gone through from end to end.
  let ids = new Uint32Array(room * 2)
  let marks = new Uint8Array(room)
  /** Fingerprints; none until somebody is known to compare with. */
  let prints = new Uint32Array(0)
  /** The hash table: the entry's number plus one, or 0. */
  let slots = new Uint32Array(room * SLOTS_PER_ENTRY)
  let used = 0
  let seen = 0
  let missing = 0
  let isRestored = false
  /** The one after that which was found last. */
  let likely = 0
  let lastSeen = 0

  const keepsPrints = () => prints.length > 0

  function beginToKeepPrints(): void {
    if (!keepsPrints()) prints = new Uint32Array(room * 2)
  }

  const isAt = (entry: number) => ids[entry * 2 + 1] === id.low && ids[entry * 2] === id.high

  /** The slot that holds the id that was hashed last, or the empty one where it belongs. */
  function slotOf(): number {
    const last = slots.length - 1
    let slot = id.low & last
    for (let held = slots[slot]; held && !isAt(held - 1); held = slots[slot]) slot = (slot + 1) & last
    return slot
  }

  function putIntoSlot(entry: number): void {
    id.high = ids[entry * 2] ?? 0
    id.low = ids[entry * 2 + 1] ?? 0
    slots[slotOf()] = entry + 1
  }

  function growTo(size: number): void {
    room = size
    ids = enlarged(ids, room * 2)
    if (keepsPrints()) prints = enlarged(prints, room * 2)
    const before = marks
    marks = new Uint8Array(room)
    marks.set(before)
    slots = new Uint32Array(room * SLOTS_PER_ENTRY)
    const { high, low } = id
    for (let entry = 0; entry < used; entry++) putIntoSlot(entry)
    id.high = high
    id.low = low
  }

  function makeRoom(entries: number): void {
    let size = room
    while (entries > size) size *= 2
    if (size > room) growTo(size)
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
    ids[used * 2] = id.high
    ids[used * 2 + 1] = id.low
    used += 1
    slots[slot] = used
    return used - 1
  }

  /** As the cache has it after the swap. */
  function markAfter(mark: number): number {
    if ((mark & SEEN) === 0) return mark & (KNOWN | READABLE)
    return KNOWN | PRESENT | ((mark & READ) === 0 ? 0 : READABLE)
  }

  return {
    seed,
    get isRestored() {
      return isRestored
    },
    makeRoomFor(people) {
      makeRoom(Math.min(people, MOST_BELIEVED))
    },
    know(bytes, start, end, { high, low, isPresent, isReadable }) {
      beginToKeepPrints()
      id.ofUtf8(bytes, start, end)
      const entry = findOrMake()
      prints[entry * 2] = high
      prints[entry * 2 + 1] = low
      if (isPresent) missing += 1
      marks[entry] = KNOWN | (isPresent ? PRESENT : 0) | (isReadable ? READABLE : 0)
    },
    restore(packed) {
      isRestored = true
      beginToKeepPrints()
      const entries = unpackEntries(packed)
      makeRoom(used + entries.marks.length)
      ids.set(entries.ids, used * 2)
      prints.set(entries.prints, used * 2)
      marks.set(entries.marks, used)
      for (const mark of entries.marks) {
        putIntoSlot(used)
        used += 1
        if ((mark & PRESENT) !== 0) missing += 1
      }
    },
    see(recordId, fingerprint) {
      id.ofText(recordId)
      const entry = findOrMake()
      const mark = marks[entry] ?? 0
      if ((mark & SEEN) === 0) {
        marks[entry] = mark | SEEN | ((mark & READABLE) === 0 ? 0 : READ)
        seen += 1
        if ((mark & PRESENT) !== 0) missing -= 1
      }
      const isSame =
        (mark & KNOWN) !== 0 &&
        prints[entry * 2] === uint32At(fingerprint, 0) &&
        prints[entry * 2 + 1] === uint32At(fingerprint, 8)
      lastSeen = entry
      return STANDINGS[(isSame ? mark | SAME : mark) & STANDING] as Standing
    },
    note(fingerprint, isReadable) {
      if (!keepsPrints()) return
      prints[lastSeen * 2] = uint32At(fingerprint, 0)
      prints[lastSeen * 2 + 1] = uint32At(fingerprint, 8)
      const mark = marks[lastSeen] ?? 0
      marks[lastSeen] = isReadable ? mark | READ : mark & ~READ
    },
    wasSeen(recordId) {
      id.ofText(recordId)
      const held = slots[slotOf()] ?? 0
      return held > 0 && ((marks[held - 1] ?? 0) & SEEN) !== 0
    },
    get seen() {
      return seen
    },
    get missing() {
      return missing
    },
    *pack() {
      if (!keepsPrints()) return
      for (let start = 0; start < used; start += PACKED_AT_ONCE) {
        const end = Math.min(used, start + PACKED_AT_ONCE)
        yield packEntries({
          ids: ids.subarray(start * 2, end * 2),
          prints: prints.subarray(start * 2, end * 2),
          marks: marks.slice(start, end).map(markAfter),
        })
      }
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
