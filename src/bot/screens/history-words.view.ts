import type { Actor, SyncCounts } from '../../model.ts'
import { button, escapeText } from '../blocks.ts'
import { UNDO } from './ids.view.ts'
import { bold, listed, plural, slackDate, whoWords } from './words.view.ts'

/** One sync in a line: a plan that was written, or what undid or redid it. */
export type SyncLine = {
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

const isUndo = (depth: number): boolean => depth % 2 === 1

/** Undoing an undo is what people call Redo. */
export const undoLabel = (depth: number): 'Undo' | 'Redo' => (isUndo(depth) ? 'Redo' : 'Undo')

export function lineWords(line: SyncLine): string {
  const label = escapeText(line.label)
  const who = whoWords(line.actor)
  switch (line.status) {
    case 'queued':
      return `Syncing from ${label}, confirmed by ${who} ${slackDate(line.createdAt)}…`
    case 'applied':
      return `${doneWords(line)}: ${countWords(line)}.${letThrough(line)}`
    case 'failed': {
      const why = escapeText(line.errorMessage ?? 'Something went wrong on our side.')
      return `*Nothing was written.* ${why} The register is as it was before. Look at the plan again and confirm it anew.`
    }
    default:
      return line.status satisfies never
  }
}

/** "Synced from HiBob by Dana 12 Nov at 14:02", of one that was applied. */
export function doneWords({ actor, appliedAt, createdAt, depth, label }: SyncLine): string {
  const done = depth === 0 ? `Synced from ${escapeText(label)}` : isUndo(depth) ? 'Undone' : 'Redone'
  return `${done} by ${whoWords(actor)} ${slackDate(appliedAt ?? createdAt)}`
}

export function countWords({ counts, depth }: Pick<SyncLine, 'counts' | 'depth'>): string {
  const { created, kept, linked, reversed, skipped, updated } = counts
  if (depth > 0) {
    const done = `${bold(reversed)} ${isUndo(depth) ? 'reversed' : 'redone'}`
    return kept > 0 ? `${done}, ${bold(kept)} kept` : done
  }
  const parts = [`${bold(created)} created`, `${bold(updated)} updated`]
  if (linked > 0) parts.push(`${bold(linked)} matched`)
  if (skipped > 0)
    parts.push(`${bold(skipped)} ${plural(skipped, 'was', 'were')} left out: changed meanwhile`)
  return listed(parts)
}

/** "Dana let 31 email changes through." */
const letThrough = ({ actor, letThroughWords }: SyncLine): string =>
  letThroughWords.length === 0
    ? ''
    : ` ${whoWords(actor)} let ${escapeText(listed(letThroughWords))} through.`

const touched = ({ counts }: SyncLine): number => Object.values(counts).reduce((sum, n) => sum + n, 0)

/**
 * What can be taken back of a sync and of what undid it: the latest step, and where that concerned only some
 * people, the rest of the step before.
 */
export function undoButtons(story: readonly SyncLine[]) {
  const last = story.findLast(({ status }) => status === 'applied')
  if (last === undefined) return []
  const before = story.find(({ syncId }) => syncId === last.undoes)
  const isPart = before !== undefined && touched(last) < touched(before)
  return [
    button(UNDO, undoLabel(last.depth), { value: last.syncId }),
    ...(isPart
      ? [button(`${UNDO}.rest`, `${undoLabel(before.depth)} the rest`, { value: before.syncId })]
      : []),
  ]
}
