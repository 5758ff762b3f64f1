import type { Bench } from './bench.ts'
import type { Figure } from './figure.ts'

export type Result = { figure: Figure; ours: number; floor: number; ratio: number; ok: boolean }

/**
 * Ours and its floor take turns; one round before that warms both up and does not count. All three are medians of the
 * rounds, and the ratio is one of their ratios: a machine that is slower for some seconds is so for both halves of a
 * round. Of an unchanged read, nine windows of five rounds out of ten came to between 2.81 and 3.13 that way, where the
 * ratio of the two medians came to between 2.47 and 3.35.
 */
export async function measure(bench: Bench, figure: Figure, rounds: number): Promise<Result> {
  const state = await figure.prepare(bench)
  const ours: number[] = []
  const floor: number[] = []
  const warmUp = figure.rounds === undefined ? 1 : 0
  for (let round = 0; round < (figure.rounds ?? rounds) + warmUp; round++) {
    const [oursNow, floorNow] = [await figure.ours(state), await figure.floor(state)]
    if (round < warmUp) continue
    ours.push(oursNow)
    floor.push(floorNow)
  }
  await bench.databases.dropCopies()
  const ratio = median(ours.map((value, round) => value / (floor[round] ?? 0)))
  const ok = ratio <= figure.goal && median(ours) <= (figure.most ?? Number.POSITIVE_INFINITY)
  return { figure, ours: median(ours), floor: median(floor), ratio, ok }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = 0] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ]
  return (low + high) / 2
}
