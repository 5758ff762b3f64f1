import type { KnownBlock, ModalView } from '@slack/types'
import type { Actor } from '../../model.ts'
import { actions, button, context, type Message, message, modal, paragraph, section } from '../blocks.ts'
import { lineWords, type SyncLine, undoButtons, wroteNothing } from './history-words.view.ts'
import { HISTORY_SYNC, STAKEHOLDERS, SYNC_NOW } from './ids.view.ts'
import { count, plural, slackDate, whoWords } from './words.view.ts'

/** A sync from the moment it was confirmed, with what undid or redid some of it since, oldest first. */
export type SyncOutcome = SyncLine & { later: readonly SyncLine[] }

const SHOWN_LATER = 5

export function syncMessage(sync: SyncOutcome): Message {
  const words = [lineWords(sync), ...sync.later.slice(-SHOWN_LATER).map(lineWords)].join('\n')
  return message(words, [section(words), ...olderWords(sync), ...syncButtons(sync)])
}

/** The same in the window where Confirm was pressed. */
export function syncResultView(sync: SyncOutcome): ModalView {
  const waiting = sync.status === 'queued'
  const also = waiting ? ' You can close this window: the result comes as a direct message.' : ''
  return modal({ title: 'Sync', blocks: [section(`${lineWords(sync)}${also}`), ...syncButtons(sync)] })
}

function olderWords({ later }: SyncOutcome): KnownBlock[] {
  const older = later.length - SHOWN_LATER
  return older > 0
    ? [context(`${count(older)} earlier ${plural(older, 'step is', 'steps are')} in History.`)]
    : []
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
  if (plan.status === 'discarded')
    return `${who} discarded this${when}. Nothing was written. The next plan is drawn up when somebody looks again.`
  return 'Newer data took the place of this plan. Nothing was written. Type /datasync sync for the new one.'
}

export const decidedMessage = (plan: Parameters<typeof decidedWords>[0]): Message =>
  paragraph(decidedWords(plan))

function syncButtons(sync: SyncOutcome): KnownBlock[] {
  const { connectionId, status, syncId } = sync
  if (status === 'queued') return []
  const lookAgain = button(SYNC_NOW, 'Look again', { value: connectionId, style: 'primary' })
  if (status === 'failed') return actions(lookAgain)
  if (wroteNothing(sync)) return actions(lookAgain, button(HISTORY_SYNC, 'See why', { value: syncId }))
  return actions(
    button(HISTORY_SYNC, 'See what changed', { value: syncId }),
    ...undoButtons([sync, ...sync.later]),
    button(STAKEHOLDERS, 'Stakeholders'),
  )
}
