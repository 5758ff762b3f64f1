import type { Bench } from './bench.ts'
import type { Figure } from './figure.ts'

export type Result = { figure: Figure; ours: number; floor: number; ratio: number; ok: boolean }

/** Medians of ours and its floor, which take turns; one round before that warms both up and does not count. */
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
  const ratio = median(ours) / median(floor)
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
