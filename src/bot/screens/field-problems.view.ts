import type { SectionBlock } from '@slack/types'
import { escapeText, section, truncate } from '../blocks.ts'
import { bold, plural } from './words.view.ts'

/** Everything else goes on without these fields: a few lines say it, and no button shouts. */
const MAX_LINES = 3

/** Custom fields that nobody came with, a sentence each; one block at most. */
export function fieldProblemBlocks(problems: readonly string[]): SectionBlock[] {
  if (problems.length === 0) return []
  const lines = problems.slice(0, MAX_LINES).map((sentence) => escapeText(truncate(sentence, 500)))
  const rest = problems.length - lines.length
  const more = `${bold(rest)} more ${plural(rest, 'field', 'fields')} came for nobody: see Requested HR fields.`
  return [section([...lines, ...(rest > 0 ? [more] : [])].join('\n'))]
}

/** The same where there is room for a few words only. */
export const fieldProblemWords = ({ length }: readonly string[]): string =>
  length === 0
    ? ''
    : `\n${bold(length)} custom ${plural(length, 'field', 'fields')} came for nobody: see Configure`
