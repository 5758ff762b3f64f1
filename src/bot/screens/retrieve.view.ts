import type { KnownBlock } from '@slack/types'
import type { PlanCounts } from '../../model.ts'
import { actions, button, context, escapeText, type Message, message, section } from '../blocks.ts'
import { readingWords } from './connection.view.ts'
import { CONNECT, PREVIEW, RETRIEVE, SYNC_NOW } from './ids.view.ts'
import { planNumbers } from './plan.view.ts'
import { bold, plural } from './words.view.ts'

/** One retrieval, as the one message about it tells it from start to end. */
export type RetrievalState = {
  connectionId: string
  label: string
} & (
  | { state: 'reading'; peopleRead: number; peopleExpected: number | null }
  /** `message` also says what is kept. */
  | { state: 'failed'; message: string; remedy: string | null; reconnect: boolean }
  | {
      state: 'complete'
      peopleRead: number
      unreadable: number
      /** The one before this had failed: people were told, and are told that it works again. */
      recovered: boolean
      plan: { counts: PlanCounts; toApply: number } | null
      held: string | null
    }
)

export function retrievalMessage(retrieval: RetrievalState): Message {
  const blocks = blocksOf(retrieval)
  return message(textOf(blocks), blocks)
}

/** The headline is the whole of the notification. */
function textOf([first]: readonly KnownBlock[]): string {
  return first?.type === 'section' && first.text ? first.text.text : 'Rollcall'
}

function blocksOf(retrieval: RetrievalState): KnownBlock[] {
  const { connectionId: value, label } = retrieval
  switch (retrieval.state) {
    case 'reading':
      return [section(readingWords(label, retrieval))]
    case 'failed': {
      const press = retrieval.reconnect
        ? button(CONNECT, 'Reconnect', { value, style: 'primary' })
        : button(RETRIEVE, 'Retrieve Now', { value, style: 'primary' })
      const words = [retrieval.message, retrieval.remedy ?? ''].join(' ').trim()
      return [
        section(`*Nothing was retrieved from ${escapeText(label)}.* ${escapeText(words)}`),
        ...actions(press),
      ]
    }
    case 'complete':
      return completeBlocks(retrieval)
    default:
      return retrieval satisfies never
  }
}

function completeBlocks(retrieval: Extract<RetrievalState, { state: 'complete' }>): KnownBlock[] {
  const { connectionId: value, held, label, peopleRead, plan, recovered, unreadable } = retrieval
  const again = recovered ? `${escapeText(label)} answers again. ` : ''
  const read = `${bold(peopleRead)} ${plural(peopleRead, 'person', 'people')} read from ${escapeText(label)}`
  const numbers =
    plan === null ? '' : plan.toApply === 0 ? ', everything is up to date' : `, ${planNumbers(plan.counts)}`
  const odd = `${bold(unreadable)} ${plural(unreadable, 'record', 'records')} could not be read: see Need a look in the preview.`
  return [
    section(`${again}${read}${numbers}`),
    ...(held === null ? [] : [section(`*Held:* ${escapeText(held)} Sync Now shows what to check.`)]),
    ...(unreadable > 0 ? [context(odd)] : []),
    ...actions(
      plan === null ? null : button(PREVIEW, 'Preview', { value }),
      plan === null || plan.toApply === 0 ? null : button(SYNC_NOW, 'Sync Now', { value, style: 'primary' }),
    ),
  ]
}
