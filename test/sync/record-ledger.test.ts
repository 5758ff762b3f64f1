import { hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KnownRecord } from '../../src/db/known-records.ts'
import { createRecordLedger, type RecordLedger } from '../../src/sync/record-ledger.ts'

const idAt = (index: number) => String(3332883884017713152n + BigInt(index))
const print = (value: string) => hash('sha256', value)
const known = (value: string, marks: { isPresent?: boolean; isReadable?: boolean } = {}) => {
  const bytes = Buffer.from(print(value), 'hex')
  return {
    high: bytes.readUInt32BE(0),
    low: bytes.readUInt32BE(4),
    isPresent: true,
    isReadable: true,
    ...marks,
  }
}
const know = (ledger: RecordLedger, id: string, record: KnownRecord) => {
  // Somewhere among others, as the database sends them.
  const bytes = Buffer.from(`é${id}é`)
  ledger.know(bytes, 2, bytes.length - 2, record)
}
const see = (ledger: RecordLedger, id: string) => ledger.see(id, print(id)).isFirst

test('neighbouring ids of 19 digits are told apart, and each comes twice only when it does', () => {
  const ledger = createRecordLedger(1)
  const people = 200_000
  for (let index = 0; index < people; index++) expect(see(ledger, idAt(index))).toBe(true)

  expect(ledger.seen).toBe(people)
  for (let index = 0; index < people; index += 997) expect(see(ledger, idAt(index))).toBe(false)
  expect(ledger.seen).toBe(people)
  for (let index = people; index < people * 2; index++)
    if (ledger.wasSeen(idAt(index))) expect.unreachable(idAt(index))
})

test('short, empty and foreign ids are ids like any other', () => {
  const ledger = createRecordLedger(2)
  const ids = ['', '0', '1', 'a', 'aa', 'unreadable:1', 'é', 'E\u0301', '🌞', 'x'.repeat(10_000)]
  for (const id of ids) expect(see(ledger, id)).toBe(true)
  for (const id of ids) expect(ledger.wasSeen(id)).toBe(true)
  expect(ledger.wasSeen('b')).toBe(false)
})

test('under another seed the same ids are still told apart', () => {
  for (let seed = 0; seed < 20; seed++) {
    const ledger = createRecordLedger(seed * 0x10_0000)
    for (let index = 0; index < 2_000; index++) see(ledger, `E-${index}`)
    expect(ledger.seen).toBe(2_000)
  }
})

test('it agrees with two plain Maps about whom the cache knows and who came, whatever comes', () => {
  const id = fc.oneof(fc.constantFrom('a', 'b', 'ö', 'a🌞'), fc.string({ unit: 'grapheme', maxLength: 6 }))
  const value = fc.constantFrom('1', '2', '3')
  const cached = fc.uniqueArray(fc.record({ id, value, isPresent: fc.boolean(), isReadable: fc.boolean() }), {
    selector: (row) => row.id,
    maxLength: 2_000,
  })
  const came = fc.array(fc.record({ id, value }), { maxLength: 2_000 })
  fc.assert(
    fc.property(cached, came, fc.integer(), (before, read, seed) => {
      const ledger = createRecordLedger(seed)
      const cache = new Map(before.map((row) => [row.id, row]))
      for (const { id, value, ...marks } of before) know(ledger, id, known(value, marks))
      const seen = new Set<string>()
      for (const { id, value } of read) {
        const row = cache.get(id)
        expect(ledger.see(id, print(value))).toEqual({
          isFirst: !seen.has(id),
          isKnown: row !== undefined,
          wasPresent: row?.isPresent ?? false,
          wasReadable: row?.isReadable ?? false,
          isSame: row?.value === value,
        })
        seen.add(id)
      }
      expect(ledger.seen).toBe(seen.size)
      expect(ledger.missing).toBe(before.filter((row) => row.isPresent && !seen.has(row.id)).length)
      for (const id of [...cache.keys(), ...seen]) expect(ledger.wasSeen(id)).toBe(seen.has(id))
    }),
    { numRuns: 50 },
  )
})

test('read in the order of the cache it agrees with two plain Maps too, with leavers and newcomers between', () => {
  const ids = Array.from({ length: 3_000 }, (_, n) => `E-${n}`)
  const ledger = createRecordLedger(5)
  // Each seventh is new, each eleventh does not come, and a few come in another place or again.
  const cached = ids.filter((_, n) => n % 7 !== 0)
  const came = ids.filter((_, n) => n % 11 !== 0)
  came.splice(100, 0, 'E-2999', 'E-5', 'E-5')
  for (const id of cached) know(ledger, id, known(id))
  const [inCache, seen] = [new Set(cached), new Set<string>()]
  for (const id of came) {
    const { isFirst, isKnown, isSame } = ledger.see(id, print(id))
    expect([id, isFirst, isKnown, isSame]).toEqual([id, !seen.has(id), inCache.has(id), inCache.has(id)])
    seen.add(id)
  }
  expect(ledger.seen).toBe(seen.size)
  expect(ledger.missing).toBe(cached.filter((id) => !seen.has(id)).length)
})

test('what is packed after a read is what the next one has to know', () => {
  const id = fc.oneof(fc.constantFrom('a', 'b', 'ö'), fc.string({ unit: 'grapheme', maxLength: 4 }))
  const row = fc.record({ id, value: fc.constantFrom('1', '2'), isReadable: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(fc.array(row, { maxLength: 300 }), { maxLength: 5 }),
      fc.integer(),
      (reads, seed) => {
        let ledger = restored(createRecordLedger(seed))
        const cache = new Map<string, { value: string; isPresent: boolean; isReadable: boolean }>()
        for (const read of reads) {
          for (const [known, cached] of cache) cache.set(known, { ...cached, isPresent: false })
          for (const { id, value, isReadable } of read) {
            const { isFirst, isSame, wasPresent } = ledger.see(id, print(value))
            if (isFirst && isSame && wasPresent) cache.set(id, { ...cache.get(id)!, isPresent: true })
            else {
              ledger.note(print(value), isReadable)
              cache.set(id, { value, isPresent: true, isReadable })
            }
          }
          ledger = restored(ledger)
          expect(ledger).toMatchObject({ isRestored: true, seen: 0 })
          expect(ledger.missing).toBe([...cache.values()].filter(({ isPresent }) => isPresent).length)
        }
        for (const [id, { isPresent, isReadable, value }] of cache)
          expect(ledger.see(id, print(value))).toEqual({
            isFirst: true,
            isKnown: true,
            wasPresent: isPresent,
            wasReadable: isReadable,
            isSame: true,
          })
        expect(ledger.seen).toBe(cache.size)
        expect(see(ledger, 'somebody else')).toBe(true)
        expect(ledger.seen).toBe(cache.size + 1)
      },
    ),
    { numRuns: 100 },
  )
})

/** From memory that begins anywhere, as the database hands it over. */
function restored(from: RecordLedger): RecordLedger {
  const ledger = createRecordLedger(from.seed)
  ledger.restore(Buffer.alloc(0))
  for (const packed of from.pack()) ledger.restore(Buffer.concat([Buffer.of(0), packed]).subarray(1))
  return ledger
}

test('many are packed in pieces of 60,000 and known again', () => {
  const people = 130_000
  const ledger = restored(createRecordLedger(6))
  for (let index = 0; index < people; index++) {
    see(ledger, idAt(index))
    ledger.note(print(idAt(index)), index % 3 > 0)
  }
  expect([...ledger.pack()].map(({ length }) => length / 17)).toEqual([60_000, 60_000, 10_000])
  const next = restored(ledger)
  for (let index = 0; index < people; index += 97)
    expect(next.see(idAt(index), print(idAt(index)))).toMatchObject({
      isSame: true,
      wasReadable: index % 3 > 0,
    })
})

test('a first read, which knows nobody, leaves nothing to the next', () => {
  const ledger = createRecordLedger(4)
  for (let index = 0; index < 2_000; index++) {
    expect(ledger.see(idAt(index), print(idAt(index))).isSame).toBe(false)
    ledger.note(print(idAt(index)), true)
  }
  expect(ledger.see(idAt(7), print(idAt(7)))).toMatchObject({ isFirst: false, isSame: false })
  expect([...ledger.pack()]).toEqual([])
})

test('a fingerprint that differs in any of its first 64 bits is another', () => {
  const ledger = createRecordLedger(3)
  know(ledger, 'a', known('1'))
  const same = print('1')
  expect(ledger.see('a', same).isSame).toBe(true)
  for (let digit = 0; digit < 16; digit++) {
    const other = same[digit] === '0' ? '1' : '0'
    expect(ledger.see('a', same.slice(0, digit) + other + same.slice(digit + 1)).isSame).toBe(false)
  }
})

test('room that is made at any moment, for however many, changes nothing of what is known', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string(), { maxLength: 50 }),
      fc.array(fc.string(), { maxLength: 50 }),
      fc.oneof(fc.integer(), fc.constantFrom(3_000, 10 ** 12, Number.NaN)),
      (knownIds, ids, people) => {
        const [plain, roomy] = [createRecordLedger(3), createRecordLedger(3)]
        for (const ledger of [plain, roomy]) for (const id of knownIds) know(ledger, id, known(id))
        roomy.makeRoomFor(people)
        for (const id of [...ids, ...knownIds])
          expect(roomy.see(id, print(id))).toEqual(plain.see(id, print(id)))
        roomy.makeRoomFor(people * 2)
        for (const id of [...ids, ...knownIds]) expect(roomy.wasSeen(id)).toBe(plain.wasSeen(id))
        expect([roomy.seen, roomy.missing]).toEqual([plain.seen, plain.missing])
      },
    ),
    { numRuns: 30 },
  )
})
