import type { KnownBlock } from '@slack/types'
import { actions, button, escapeText, section } from '../blocks.ts'
import { HELD_PEOPLE, SYNC_NOW } from './ids.view.ts'
import { count, plural } from './words.view.ts'

/** One brake that holds a plan: what would happen, which limit that passes, and what to check first. */
export type Held = {
  brake: string
  what: string
  limit: string
  check: string
  /** What confirming writes of these people, and what it leaves. */
  confirming: string
  count: number
  /** How many other limits the plan passes besides. */
  others: number
  /** Whether there is anything to write at all: people may go missing from HR while nobody else changes. */
  writes: boolean
}

export function heldSentence(held: Held): string {
  const words = [held.what, held.limit, othersWords(held)].filter(Boolean).join(' ')
  const state = held.writes ? 'Nothing has been written.' : NOTHING_TO_LET_THROUGH
  return `*Held:* ${escapeText(words)} ${state}\n${escapeText(held.check)}`
}

/** Only people who are missing hold a plan that writes nothing. */
export const NOTHING_TO_LET_THROUGH = 'There is nothing to write: they stay in the register as they are.'

/** "And 2 more limits are passed."; nothing where there is one. */
export const othersWords = ({ others }: Held): string =>
  others === 0 ? '' : `And ${count(others)} more ${plural(others, 'limit is', 'limits are')} passed.`

/** "See the 31": the people behind the number. */
export const seeHeld = (held: Held, at: { connectionId: string; planId: string }) =>
  button(HELD_PEOPLE, `See the ${count(held.count)}`, {
    value: `${at.connectionId}:${at.planId}:${held.brake}`,
    says: `See the people: ${held.what}`,
  })

/** A held plan where it is shown among other things: the way on is one window, where there is anything to write. */
export const heldBlocks = (
  held: Held,
  at: { connectionId: string; planId: string },
  style?: 'primary',
): KnownBlock[] => [
  section(heldSentence(held)),
  ...actions(
    held.writes ? button(SYNC_NOW, 'Review', { value: at.connectionId, ...(style ? { style } : {}) }) : null,
    seeHeld(held, at),
  ),
]
