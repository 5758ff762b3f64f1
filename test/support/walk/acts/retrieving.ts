import { expect } from 'vitest'
import { read } from '../reading.ts'
import type { Act } from '../world.ts'

export const retrieve: Act = async ({ database, hr, image, places }, { at }) => {
  const before = await image()
  await read(database, places[at], hr[at])
  expect(await image()).toEqual(before)
}

export const RETRIEVING_ACTS = { retrieve } as const
