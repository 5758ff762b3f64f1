import { expect, test } from 'vitest'
import { createSeenIds } from '../../src/sync/seen-ids.ts'

const idAt = (index: number) => String(3332883884017713152n + BigInt(index))

test('neighbouring ids of 19 digits are told apart, and each comes twice only when it does', () => {
  const seen = createSeenIds(1)
  const people = 200_000
  for (let index = 0; index < people; index++) expect(seen.add(idAt(index))).toBe(true)

  expect(seen.size).toBe(people)
  for (let index = 0; index < people; index += 997) expect(seen.add(idAt(index))).toBe(false)
  expect(seen.size).toBe(people)
  for (let index = people; index < people * 2; index++)
    if (seen.has(idAt(index))) expect.unreachable(idAt(index))
})

test('short, empty and foreign ids are ids like any other', () => {
  const seen = createSeenIds(2)
  const ids = ['', '0', '1', 'a', 'aa', 'unreadable:1', 'é', 'E\u0301', '🌞', 'x'.repeat(10_000)]
  for (const id of ids) expect(seen.add(id)).toBe(true)
  for (const id of ids) expect(seen.has(id)).toBe(true)
  expect(seen.has('b')).toBe(false)
})

test('under another seed the same ids are still told apart', () => {
  for (let seed = 0; seed < 20; seed++) {
    const seen = createSeenIds(seed * 0x10_0000)
    for (let index = 0; index < 2_000; index++) seen.add(`E-${index}`)
    expect(seen.size).toBe(2_000)
  }
})
