import type { VisitKnown } from '../db/known-records.ts'
import { packEntries, unpackEntries } from './ledger-entries.ts'
import { createRecordPlaces } from './record-places.ts'

/**
 * Which records the cache knows and which came in this read: 25 bytes for each, so that a million people fit in some 25 MB
 * where a Map of texts would take 300; 17 in a first read, which knows nobody. Where two ids share a hash
 * (`record-places.ts`) a head count is one short or a changed row has nothing to change: the read is refused, and the next
 * has another seed.
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

/** Room is made for no more on somebody's word; beyond, it grows as they come. */
const MOST_BELIEVED = 1_000_000
const PACKED_AT_ONCE = 60_000

export function createRecordLedger(seed = Math.floor(Math.random() * 2 ** 32)): RecordLedger {
  const places = createRecordPlaces(seed, growTo)
  // By the place of the record.
  let marks = new Uint8Array(places.room)
  /** Fingerprints, two numbers each; none until somebody is known to compare with. */
  let prints = new Uint32Array(0)
  let seen = 0
  let missing = 0
  let isRestored = false
  let lastSeen = 0

  const keepsPrints = () => prints.length > 0

  function beginToKeepPrints(): void {
    if (!keepsPrints()) prints = new Uint32Array(places.room * 2)
  }

  function growTo(room: number): void {
    const [fewerMarks, fewerPrints] = [marks, prints]
    marks = new Uint8Array(room)
    marks.set(fewerMarks)
    if (!keepsPrints()) return
    prints = new Uint32Array(room * 2)
    prints.set(fewerPrints)
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
      places.makeRoom(Math.min(people, MOST_BELIEVED))
    },
    know(bytes, start, end, { high, low, isPresent, isReadable }) {
      beginToKeepPrints()
      const place = places.ofUtf8(bytes, start, end)
      prints[place * 2] = high
      prints[place * 2 + 1] = low
      if (isPresent) missing += 1
      marks[place] = KNOWN | (isPresent ? PRESENT : 0) | (isReadable ? READABLE : 0)
    },
    restore(packed) {
      isRestored = true
      beginToKeepPrints()
      const entries = unpackEntries(packed)
      const first = places.used
      places.append(entries.ids)
      prints.set(entries.prints, first * 2)
      marks.set(entries.marks, first)
      for (const mark of entries.marks) if ((mark & PRESENT) !== 0) missing += 1
    },
    see(recordId, fingerprint) {
      const place = places.of(recordId)
      const mark = marks[place] ?? 0
      if ((mark & SEEN) === 0) {
        marks[place] = mark | SEEN | ((mark & READABLE) === 0 ? 0 : READ)
        seen += 1
        if ((mark & PRESENT) !== 0) missing -= 1
      }
      const isSame =
        (mark & KNOWN) !== 0 &&
        prints[place * 2] === uint32At(fingerprint, 0) &&
        prints[place * 2 + 1] === uint32At(fingerprint, 8)
      lastSeen = place
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
      const place = places.find(recordId)
      return place >= 0 && ((marks[place] ?? 0) & SEEN) !== 0
    },
    get seen() {
      return seen
    },
    get missing() {
      return missing
    },
    *pack() {
      if (!keepsPrints()) return
      for (let start = 0; start < places.used; start += PACKED_AT_ONCE) {
        const end = Math.min(places.used, start + PACKED_AT_ONCE)
        yield packEntries({
          ids: places.slice(start, end),
          prints: prints.subarray(start * 2, end * 2),
          marks: marks.slice(start, end).map(markAfter),
        })
      }
    },
  }
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
