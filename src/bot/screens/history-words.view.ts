import type { Actor, SyncCounts } from '../../model.ts'
import { button, escapeText } from '../blocks.ts'
import { UNDO } from './ids.view.ts'
import { bold, listed, plural, slackDate, whoWords } from './words.view.ts'

/** One sync in a line: a plan that was written, or what undid or redid it. */
export type HistoryLine = {
  syncId: string
  connectionId: string
  /** The vendor's own spelling. */
  label: string
  status: 'queued' | 'applied' | 'failed'
  actor: Actor
  counts: SyncCounts
  createdAt: Date
  appliedAt: Date | null
  errorMessage: string | null
  /** The sync that this one reversed. */
  undoes: string | null
  /** 0 wrote a plan, 1 undid that, 2 undid the undoing. */
  depth: number
  /** What a person let through although a brake held it. */
  letThroughWords: readonly string[]
}

/** Where its buttons are shown as well. */
export type SyncLine = HistoryLine & {
  /** Something of it can be taken back as things stand. */
  offered: boolean
}

const isUndo = (depth: number): boolean => depth % 2 === 1

/** Undoing an undo is what people call Redo. */
export const undoLabel = (depth: number): 'Undo' | 'Redo' => (isUndo(depth) ? 'Redo' : 'Undo')

export function lineWords(line: HistoryLine): string {
  const label = escapeText(line.label)
  const who = whoWords(line.actor)
  switch (line.status) {
    case 'queued':
      return `Syncing from ${label}, confirmed by ${who} ${slackDate(line.createdAt)}…`
    case 'applied':
      return wroteNothing(line)
        ? nothingWords(line)
        : `${doneWords(line)}: ${countWords(line)}.${letThrough(line)}`
    case 'failed': {
      const why = escapeText(line.errorMessage ?? 'Something went wrong on our side.')
      return `*Nothing was written.* ${why} The register is as it was before. Look at the plan again and confirm it anew.`
    }
    default:
      return line.status satisfies never
  }
}

/** Everybody in it was changed between Confirm and the writing, and left as they are. */
export const wroteNothing = ({ counts, depth, status }: HistoryLine): boolean =>
  status === 'applied' && depth === 0 && counts.created + counts.updated + counts.linked === 0

const nothingWords = ({ actor, appliedAt, counts, createdAt, label }: HistoryLine) =>
  `*Nothing was written.* ${whoWords(actor)} confirmed a sync from ${escapeText(label)} ` +
  `${slackDate(appliedAt ?? createdAt)}, and ${leftOut(counts.skipped)}.`

/** "Synced from HiBob by Dana 12 Nov at 14:02", of one that was applied. */
export function doneWords({ actor, appliedAt, createdAt, depth, label }: HistoryLine): string {
  const done = depth === 0 ? `Synced from ${escapeText(label)}` : isUndo(depth) ? 'Undone' : 'Redone'
  return `${done} by ${whoWords(actor)} ${slackDate(appliedAt ?? createdAt)}`
}

export function countWords({ counts, depth }: Pick<HistoryLine, 'counts' | 'depth'>): string {
  const { created, kept, linked, reversed, skipped, updated } = counts
  if (depth > 0) {
    const done = `${bold(reversed)} ${isUndo(depth) ? 'reversed' : 'redone'}`
    return kept > 0 ? `${done}, ${bold(kept)} kept` : done
  }
  const parts = [`${bold(created)} created`, `${bold(updated)} updated`]
  if (linked > 0) parts.push(`${bold(linked)} matched`)
  if (skipped > 0) parts.push(leftOut(skipped))
  return listed(parts)
}

const leftOut = (skipped: number) =>
  `${bold(skipped)} ${plural(skipped, 'was', 'were')} left out: changed meanwhile`

/** "Dana let 31 email changes through." */
const letThrough = ({ actor, letThroughWords }: HistoryLine): string =>
  letThroughWords.length === 0
    ? ''
    : ` ${whoWords(actor)} let ${escapeText(listed(letThroughWords))} through.`

/**
 * What can be taken back of a story, or put back again. On the page of one of its syncs, that sync's own button takes
 * the place of its like.
 */
export function undoButtons(story: readonly SyncLine[], page = story[0]) {
  const ofPage = page?.offered ? page : undefined
  const isRedoPage = page !== undefined && isUndo(page.depth)
  const undo = isRedoPage ? story.find(({ depth, offered }) => offered && !isUndo(depth)) : ofPage
  const redo = isRedoPage ? ofPage : story.findLast(({ depth, offered }) => offered && isUndo(depth))
  return [
    ...(undo ? [button(UNDO, redo ? 'Undo the rest' : 'Undo', { value: undo.syncId })] : []),
    ...(redo ? [button(`${UNDO}.redo`, 'Redo', { value: redo.syncId })] : []),
  ]
}
