import { expect, test } from 'vitest'
import { inBatches } from '../../src/sync/webhook-batches.ts'

test('what comes while one batch is under way is done by the next, in order, and nobody waits for more', async () => {
  const batches: (readonly number[])[] = []
  const gates: (() => void)[] = []
  const double = inBatches<number, number>(async (items) => {
    batches.push(items)
    await new Promise<void>((open) => gates.push(open))
    return items.map((item) => item * 2)
  }, 3)
  const results = [1, 2, 3, 4, 5].map((item) => double(item))
  expect(batches).toEqual([[1]])
  for (const expected of [[2, 3, 4], [5]]) {
    gates.at(-1)?.()
    await expect.poll(() => batches.at(-1)).toEqual(expected)
  }
  gates.at(-1)?.()
  expect(await Promise.all(results)).toEqual([2, 4, 6, 8, 10])
  void double(6)
  expect(batches.at(-1)).toEqual([6])
})

test('a line that grows without end is closed, and opens again', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const work = inBatches<number, number>(async (items) => gate.then(() => items), 5_000)
  const first = Array.from({ length: 10_001 }, (_, item) => work(item))
  await expect(work(0)).rejects.toThrow('too many')
  open()
  expect(await Promise.all(first)).toHaveLength(10_001)
  expect(await work(7)).toBe(7)
})

test('a batch that fails fails for those in it alone', async () => {
  const work = inBatches<string, string>(async (items) => {
    if (items.includes('bad')) throw new Error('no')
    return items
  }, 2)
  const settled = await Promise.allSettled(['first', 'bad', 'beside it', 'after'].map((item) => work(item)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(await work('later')).toBe('later')
})
