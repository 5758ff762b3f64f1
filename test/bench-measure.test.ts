import { expect, test } from 'vitest'
import type { Bench } from '../bench/bench.ts'
import type { Figure } from '../bench/figure.ts'
import { measure } from '../bench/measure.ts'

const bench = { databases: { dropCopies: async () => undefined } } as unknown as Bench

/** The first of each warms up. */
function figure(ours: number[], floor: number[], more: Partial<Figure> = {}): Figure {
  const [oursLeft, floorLeft] = [
    [99, ...ours],
    [1, ...floor],
  ]
  return {
    name: 'speed',
    oursIs: '',
    floorIs: '',
    unit: 'ms',
    goal: 3,
    prepare: async () => ({}),
    ours: async () => oursLeft.shift() ?? Number.NaN,
    floor: async () => floorLeft.shift() ?? Number.NaN,
    ...more,
  }
}

test('a machine at two speeds does not change the ratio of who takes turns on it', async () => {
  // Three times the floor, at full speed and at half; in one round the speed changes between the two.
  const result = await measure(bench, figure([30, 60, 30, 60, 60], [10, 20, 10, 10, 20]), 5)
  expect(result).toMatchObject({ ours: 60, floor: 10, ratio: 3, ok: true })
})

test('what is above its goal, or above the most it may be at all, is not ok', async () => {
  expect(await measure(bench, figure([31, 29, 31], [10, 10, 10]), 3)).toMatchObject({ ratio: 3.1, ok: false })
  expect(await measure(bench, figure([20, 20], [10, 10], { most: 19 }), 2)).toMatchObject({ ok: false })
  expect(await measure(bench, figure([20, 20], [10, 10], { most: 20 }), 2)).toMatchObject({ ok: true })
})
