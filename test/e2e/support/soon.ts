import { expect, vi } from 'vitest'

/** A click is answered at once, its work is done a little later: on a busy machine a good while later. */
const PATIENCE = { timeout: 20_000, interval: 25 }

/** What is expected to become true. Inside a test only. */
export const expectSoon = <T>(look: () => T | Promise<T>) => expect.poll(look, PATIENCE)

/** The same anywhere: tries until `check` does not throw. */
export const soon = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, PATIENCE)
