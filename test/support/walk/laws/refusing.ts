import { expect } from 'vitest'
import { RollcallError } from '../../../../src/errors.ts'
import type { World } from '../world.ts'

/** What cannot be done is refused in a plain sentence, and nothing is half done. */
export async function expectRefusedOrWhole({ image }: World, work: () => Promise<unknown>): Promise<void> {
  const before = await image()
  try {
    await work()
  } catch (thrown) {
    if (!(thrown instanceof RollcallError)) throw thrown
    expect(['conflict', 'bad_request', 'not_found'], thrown.message).toContain(thrown.code)
    expect(thrown.message).toMatch(/^\S.*\.$/s)
    expect(await image()).toEqual(before)
  }
}
