import { deliverPrivately, type Way } from './deliver.ts'
import type { PrivateAnswer, WindowAnswer } from './listener.ts'
import { updateWindow } from './windows.ts'

/** The click that came last in each window that is being redrawn; windows at rest are not in it. */
const latest = new Map<string, symbol>()

/**
 * Draws a form anew that somebody is filling in. It stays on the screen meanwhile, and a refusal is laid over
 * it. Slack sends what is entered in the whole form with each click, so of two that overlap the later one knows
 * more: an earlier one that was slower must not take away what the later one added.
 */
export async function redraw(
  way: Way,
  viewId: string,
  ask: () => Promise<WindowAnswer | PrivateAnswer>,
): Promise<void> {
  const mine = Symbol(viewId)
  latest.set(viewId, mine)
  try {
    const answer = await ask()
    if (answer.show === 'private') return await deliverPrivately(way, answer.message)
    if (latest.get(viewId) === mine) await updateWindow(way.slack, { viewId, hash: null }, answer.view)
  } finally {
    if (latest.get(viewId) === mine) latest.delete(viewId)
  }
}

/** A form is sent, or its window shows something else now: what is still being drawn of it comes too late. */
export const forgetRedraws = (viewId: string): void => {
  latest.delete(viewId)
}
