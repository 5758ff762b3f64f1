import { createIdHash } from './record-id-hash.ts'

/**
 * Gives every record id a place: 0 for the first that comes, 1 for the next. Ids are kept as 64-bit hashes under a seed,
 * 16 bytes each with the hash table. Two ids of a million share one with a chance of 1 in 30 million.
 */
export type RecordPlaces = {
  readonly seed: number
  /** How many have one. */
  readonly used: number
  /** For how many there is room before the table has to grow. */
  readonly room: number
  makeRoom(entries: number): void
  /** Found, or made as the next one. */
  of(recordId: string): number
  ofUtf8(bytes: Uint8Array, start: number, end: number): number
  /** -1 where it has none. */
  find(recordId: string): number
  /** Hashes of as many others, two numbers each as `slice` gives them: they get the next places in order. */
  append(hashes: Uint32Array): void
  slice(start: number, end: number): Uint32Array
}

const FIRST_ROOM = 512
/** A hash table half full finds an entry in one or two steps. */
const SLOTS_PER_ENTRY = 2

/** @param grown told of the new room before anybody gets a place in it */
export function createRecordPlaces(seed: number, grown: (room: number) => void): RecordPlaces {
  /** The id that was hashed last. */
  const id = createIdHash(seed)
  let room = FIRST_ROOM
  // They lie in the order they came in: as long as a read keeps to it, memory is gone through from end to end.
  let hashes = new Uint32Array(room * 2)
  /** The hash table: the place plus one, or 0. */
  let slots = new Uint32Array(room * SLOTS_PER_ENTRY)
  let used = 0
  /** The one after that which was found last. */
  let likely = 0

  const isAt = (place: number) => hashes[place * 2 + 1] === id.low && hashes[place * 2] === id.high

  /** The slot that holds the id that was hashed last, or the empty one where it belongs. */
  function slotOf(): number {
    const last = slots.length - 1
    let slot = id.low & last
    for (let held = slots[slot]; held && !isAt(held - 1); held = slots[slot]) slot = (slot + 1) & last
    return slot
  }

  function putIntoSlot(place: number): void {
    id.high = hashes[place * 2] ?? 0
    id.low = hashes[place * 2 + 1] ?? 0
    slots[slotOf()] = place + 1
  }

  function growTo(size: number): void {
    room = size
    const before = hashes
    hashes = new Uint32Array(room * 2)
    hashes.set(before)
    slots = new Uint32Array(room * SLOTS_PER_ENTRY)
    const { high, low } = id
    for (let place = 0; place < used; place++) putIntoSlot(place)
    id.high = high
    id.low = low
    grown(room)
  }

  function makeRoom(entries: number): void {
    let size = room
    while (entries > size) size *= 2
    if (size > room) growTo(size)
  }

  /** The place of the id that was hashed last. */
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
    hashes[used * 2] = id.high
    hashes[used * 2 + 1] = id.low
    used += 1
    slots[slot] = used
    return used - 1
  }

  return {
    seed,
    get used() {
      return used
    },
    get room() {
      return room
    },
    makeRoom,
    of(recordId) {
      id.ofText(recordId)
      return findOrMake()
    },
    ofUtf8(bytes, start, end) {
      id.ofUtf8(bytes, start, end)
      return findOrMake()
    },
    find(recordId) {
      id.ofText(recordId)
      return (slots[slotOf()] ?? 0) - 1
    },
    append(others) {
      makeRoom(used + others.length / 2)
      hashes.set(others, used * 2)
      for (const end = used + others.length / 2; used < end; used++) putIntoSlot(used)
    },
    slice: (start, end) => hashes.subarray(start * 2, end * 2),
  }
}
