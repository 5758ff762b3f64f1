export type Dice = {
  /** A whole number from 0 up to, but not including, `bound`. */
  below(bound: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  chance(percent: number): boolean
}

/**
 * A stream of draws that depends on nothing but `seeds`, so any person can be computed on their own, in any
 * order. Add new draws after the old ones: the old ones then keep their values.
 */
export function dice(...seeds: number[]): Dice {
  let state = seeds.reduce((mixed, seed) => scramble(mixed ^ seed), 0x9e3779b9)
  const below = (bound: number) => {
    state = (state + 0x6d2b79f5) | 0
    return Math.floor((scramble(state) / 2 ** 32) * bound)
  }
  return {
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    chance: (percent) => below(100) < percent,
  }
}

/** FNV-1a: the same number for the same text, today and after a restart. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return scramble(hash)
}

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
