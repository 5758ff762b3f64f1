import { expect } from 'vitest'
import { linkAgain, readNow } from '../reading.ts'
import type { Act } from '../world.ts'

/** Of a connection that was removed it fails, or it is connected again first: otherwise little more would happen to it. */
export const retrieve: Act = async (world, { at, what }) => {
  const before = await world.image()
  if (!world.known[at].isConnected && what % 4 > 0) await linkAgain(world, at)
  await readNow(world, at)
  expect(await world.image()).toEqual(before)
}

export const RETRIEVING_ACTS = { retrieve } as const
