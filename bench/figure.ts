import type { Bench } from './bench.ts'

/**
 * One figure: what the product does against the least work that any correct design must do. `ours` and `floor`
 * take turns; each brings about the state it starts from and measures only what comes after.
 */
export type Figure<State = unknown> = {
  name: string
  /** For people: what ours does, and what the floor does. */
  oursIs: string
  floorIs: string
  unit: 'ms' | 'MB'
  /** The most that ours may be of the floor. */
  goal: number
  /** The most that ours may be at all. */
  most?: number
  /** Where each half of a round is a process of its own, which nothing before it can warm up. */
  isCold?: true
  prepare(bench: Bench): Promise<State>
  ours(state: State): Promise<number>
  floor(state: State): Promise<number>
}

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

export function parsePages(pages: readonly Buffer[]): void {
  for (const page of pages) JSON.parse(page.toString())
}

/** A figure of something that did not happen is worse than none. */
export function expectCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} ${what} where ${expected} were expected.`)
}
