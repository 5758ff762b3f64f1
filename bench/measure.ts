import type { Bench } from './bench.ts'
import type { Figure } from './figure.ts'

export type Result = { figure: Figure; ours: number; floor: number; ratio: number; ok: boolean }

/**
 * Ours and its floor take turns; one round before that warms both up and does not count. All three are medians of the
 * rounds, the ratio that of their ratios: a machine that is slower for some seconds is so for both halves of a round.
 * Of 80 rounds of an unchanged read, any five in a row came to 2.81 to 3.13 that way, leaving out one in ten at the
 * ends; the ratio of the two medians came to 2.47 to 3.35.
 */
export async function measure(bench: Bench, figure: Figure, rounds: number): Promise<Result> {
  const state = await figure.prepare(bench)
  const taken: { ours: number; floor: number }[] = []
  const warmUp = figure.isCold ? 0 : 1
  for (let round = 0; round < rounds + warmUp; round++) {
    const now = { ours: await figure.ours(state), floor: await figure.floor(state) }
    if (round >= warmUp) taken.push(now)
  }
  await bench.databases.dropCopies()
  const ours = median(taken.map((round) => round.ours))
  const floor = median(taken.map((round) => round.floor))
  const ratio = median(taken.map((round) => round.ours / round.floor))
  const ok = ratio <= figure.goal && ours <= (figure.most ?? Number.POSITIVE_INFINITY)
  return { figure, ours, floor, ratio, ok }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = 0] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ]
  return (low + high) / 2
}
