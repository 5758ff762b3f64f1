import type { KnownBlock, ModalView } from '@slack/types'
import type { Actor } from '../../model.ts'
import { actions, button, escapeText, type Message, message, modal, paragraph, section } from '../blocks.ts'
import { STAKEHOLDERS, SYNC_NOW } from './ids.view.ts'
import { bold, listed, plural, slackDate } from './words.view.ts'

/** A sync from the moment it was confirmed. */
export type SyncOutcome = {
  connectionId: string
  label: string
  status: 'queued' | 'applied' | 'failed'
  actor: Actor
  counts: { created: number; updated: number; linked?: number; skipped: number }
  createdAt: Date
  appliedAt: Date | null
  errorMessage: string | null
}

export function syncMessage(sync: SyncOutcome): Message {
  const words = syncWords(sync)
  return message(words, [section(words), ...syncButtons(sync)])
}

/** The same in the window where Confirm was pressed. */
export function syncResultView(sync: SyncOutcome): ModalView {
  const waiting = sync.status === 'queued'
  const also = waiting ? ' You can close this window: the result comes as a direct message.' : ''
  return modal({ title: 'Sync', blocks: [section(`${syncWords(sync)}${also}`), ...syncButtons(sync)] })
}

/** A plan that was decided elsewhere: who and when, and nothing left to press. */
export function decidedWords(plan: {
  status: 'open' | 'confirmed' | 'superseded' | 'discarded'
  decidedBy: Actor | null
  decidedAt: Date | null
}): string {
  const when = plan.decidedAt === null ? '' : ` ${slackDate(plan.decidedAt)}`
  const who = plan.decidedBy === null ? 'Somebody' : whoWords(plan.decidedBy)
  if (plan.status === 'confirmed') return `${who} confirmed this${when}.`
  if (plan.status === 'discarded') return `${who} discarded this${when}. Nothing was written.`
  return 'Newer data took the place of this plan. Nothing was written. Type /datasync sync for the new one.'
}

export const decidedMessage = (plan: Parameters<typeof decidedWords>[0]): Message =>
  paragraph(decidedWords(plan))

export const whoWords = (actor: Actor): string => (actor.kind === 'slack' ? `<@${actor.userId}>` : 'Somebody')

function syncWords(sync: SyncOutcome): string {
  const label = escapeText(sync.label)
  switch (sync.status) {
    case 'queued':
      return `Syncing from ${label}, confirmed by ${whoWords(sync.actor)} ${slackDate(sync.createdAt)}…`
    case 'applied':
      return `Synced from ${label} by ${whoWords(sync.actor)} ${slackDate(sync.appliedAt ?? sync.createdAt)}: ${countWords(sync.counts)}.`
    case 'failed': {
      const why = escapeText(sync.errorMessage ?? 'Something went wrong on our side.')
      return `*Nothing was written.* ${why} The register is as it was before. Look at the plan again and confirm it anew.`
    }
    default:
      return sync.status satisfies never
  }
}

function countWords({ created, updated, linked = 0, skipped }: SyncOutcome['counts']): string {
  const parts = [`${bold(created)} created`, `${bold(updated)} updated`]
  if (linked > 0) parts.push(`${bold(linked)} matched`)
  if (skipped > 0)
    parts.push(`${bold(skipped)} ${plural(skipped, 'was', 'were')} left out: changed meanwhile`)
  return listed(parts)
}

const syncButtons = ({ connectionId: value, status }: SyncOutcome): KnownBlock[] => {
  if (status === 'queued') return []
  return actions(
    status === 'applied'
      ? button(STAKEHOLDERS, 'Stakeholders')
      : button(SYNC_NOW, 'Look again', { value, style: 'primary' }),
  )
}
