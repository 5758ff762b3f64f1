import type { KnownBlock } from '@slack/types'
import { button, escapeText, section } from '../blocks.ts'
import { fieldProblemBlocks } from './field-problems.view.ts'
import { REQUESTED } from './ids.view.ts'
import { bold, listed } from './words.view.ts'

/** How many custom fields there are in each state, and what is wrong with some, a sentence each. */
export type RequestedSummary = {
  connected: number
  waiting: number
  declined: number
  problems: readonly string[]
}

/** Two blocks at most: Configure is full of conditions. */
export function requestedBlocks(
  { connected, declined, problems, waiting }: RequestedSummary,
  { connectionId, label }: { connectionId: string; label: string },
): KnownBlock[] {
  const parts = [
    connected > 0 ? `${bold(connected)} connected` : null,
    waiting > 0 ? `${bold(waiting)} waiting` : null,
    declined > 0 ? `${bold(declined)} declined` : null,
  ].filter((part) => part !== null)
  const none = `Ask for a custom field of ${escapeText(label)}: then it can be a condition, and be mapped.`
  const accessory = button(REQUESTED, parts.length === 0 ? 'Request a field' : 'Requested HR fields', {
    value: connectionId,
  })
  return [
    section(`*Requested HR fields*\n${listed(parts) || none}`, { accessory }),
    ...fieldProblemBlocks(problems),
  ]
}
