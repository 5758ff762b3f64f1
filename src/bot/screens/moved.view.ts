import type { KnownBlock } from '@slack/types'
import { escapeText, section, truncate } from '../blocks.ts'
import { count, listed } from './words.view.ts'

/** What changed since somebody looked at a plan: in numbers, or where these are the same, whom it concerns. */
export type Moved = {
  sentences: readonly string[]
  /** The first few by name, of all of them. */
  people: { names: readonly string[]; total: number } | null
}

const SAME_NUMBERS = 'the same numbers, but other people or values'

/** @param named whether people are, as in a window, which only one person sees */
export function movedWords({ sentences, people }: Moved, named: boolean): string {
  const what = sentences.length > 0 ? sentences.join(', ') : SAME_NUMBERS
  const who = named && people !== null ? ` It concerns ${namesOf(people)}.` : ''
  return `The data changed since this was drawn up: ${escapeText(what)}.${who}`
}

export const movedBlocks = ({ moved }: { moved: Moved | null }, named: boolean): KnownBlock[] =>
  moved === null ? [] : [section(`${movedWords(moved, named)} Here is the new plan.`)]

function namesOf({ names, total }: NonNullable<Moved['people']>): string {
  const rest = total - names.length
  const shown = names.map((name) => escapeText(truncate(name, 80)))
  return listed(rest > 0 ? [...shown, `${count(rest)} more`] : shown)
}
