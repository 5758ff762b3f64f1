import { expect, test } from 'vitest'
import { isSmallPart, joinTargets, MAX_TARGETS, targetsOf } from '../../../src/sync/core/targets.ts'

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `${1000 + from + n}`)

test('whom a delivery names, each once; nobody named is everybody', () => {
  expect(targetsOf(['3332883911884669725'])).toEqual(['3332883911884669725'])
  expect(targetsOf(['b', 'a', 'b'])).toEqual(['a', 'b'])
  expect(targetsOf([])).toBeNull()
})

test('what no vendor has for an id, and no address or database should meet, is everybody', () => {
  for (const odd of [
    '',
    ' ',
    '..',
    '../1',
    'a/b',
    'a b',
    "1' or '1",
    'x\0',
    '\ud83c',
    'ä',
    'a%2e',
    'a\n',
    '1'.repeat(65),
  ])
    expect(targetsOf(['1', odd])).toBeNull()
})

test('more than a bound is everybody, in one delivery or in several together', () => {
  expect(targetsOf(ids(MAX_TARGETS))).toHaveLength(MAX_TARGETS)
  expect(targetsOf(ids(MAX_TARGETS + 1))).toBeNull()
  expect(targetsOf(ids(100_000))).toBeNull()
  expect(joinTargets(ids(MAX_TARGETS), ids(1, 7))).toHaveLength(MAX_TARGETS)
  expect(joinTargets(ids(MAX_TARGETS), ids(1, 50))).toBeNull()
})

test('two requests are everybody of either, and everybody stays everybody', () => {
  expect(joinTargets(['b', 'a'], ['c', 'a'])).toEqual(['a', 'b', 'c'])
  expect(joinTargets(null, ['a'])).toBeNull()
  expect(joinTargets(['a'], null)).toBeNull()
})

test('a tenth of the company is the most that is read apart from the rest', () => {
  expect(isSmallPart(['a'], 9)).toBe(false)
  expect(isSmallPart(['a'], 10)).toBe(true)
  expect(isSmallPart(ids(50), 499)).toBe(false)
  expect(isSmallPart(ids(50), 500)).toBe(true)
})
