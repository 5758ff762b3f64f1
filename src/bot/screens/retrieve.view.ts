import type { KnownBlock } from '@slack/types'
import type { PlanCounts, StandardField } from '../../model.ts'
import { actions, button, context, escapeText, type Message, message, section } from '../blocks.ts'
import type { ReadAgain } from './connection-state.view.ts'
import { readAgainWords, readingWords } from './connection-words.view.ts'
import { type Held, NOTHING_TO_LET_THROUGH, othersWords } from './held-words.view.ts'
import { CONNECT, PREVIEW, RETRIEVE, SYNC_NOW } from './ids.view.ts'
import { goOnButton } from './lost-fields.view.ts'
import { planNumbers } from './plan.view.ts'
import { bold, plural } from './words.view.ts'

/** How far one retrieval is, from start to end. */
export type RetrievalNews =
  | { state: 'reading'; peopleRead: number; peopleExpected: number | null }
  /** `message` also says what is kept. */
  | {
      state: 'failed'
      message: string
      remedy: string | null
      reconnect: boolean
      /** Fields that it failed for and without which nobody decided to go on. */
      lostFields: readonly StandardField[]
      /** Nothing was read since: there is something to do about it. */
      current: boolean
    }
  /** A few people only, of whose change the HR system told us. */
  | ({ state: 'read again' } & ReadAgain)
  | {
      state: 'complete'
      peopleRead: number
      unreadable: number
      /** The one before this had failed: people were told, and are told that it works again. */
      recovered: boolean
      /** A few people were read again since; `null` when not. */
      readAgain: ReadAgain | null
      plan: { counts: PlanCounts; toApply: number } | null
      held: Held | null
    }

type About = { connectionId: string; label: string }

/** The one message about a retrieval; its headline is the whole of the notification. */
export function retrievalMessage(about: About, news: RetrievalNews): Message {
  const headline = headlineOf(about, news)
  return message(headline, [section(headline), ...details(about, news)])
}

function headlineOf({ label }: About, news: RetrievalNews): string {
  const name = escapeText(label)
  switch (news.state) {
    case 'reading':
      return readingWords(label, news)
    case 'failed': {
      const words = [news.message, news.remedy ?? ''].join(' ').trim()
      return `*Nothing was retrieved from ${name}.* ${escapeText(words)}`
    }
    case 'read again':
      return readAgainWords(label, news)
    case 'complete': {
      const again = news.recovered ? `${name} answers again. ` : ''
      const read = `${bold(news.peopleRead)} ${plural(news.peopleRead, 'person', 'people')} read from ${name}`
      return `${again}${read}${news.plan === null ? '' : `, ${planNumbers(news.plan.counts)}`}`
    }
    default:
      return news satisfies never
  }
}

function details(about: About, news: RetrievalNews): KnownBlock[] {
  const { connectionId: value } = about
  switch (news.state) {
    case 'reading':
    case 'read again':
      return []
    case 'failed':
      if (!news.current) return []
      return news.reconnect
        ? actions(
            button(CONNECT, 'Reconnect', { value, style: 'primary' }),
            button(RETRIEVE, 'Retrieve Now', { value }),
          )
        : actions(
            button(RETRIEVE, 'Retrieve Now', { value, style: 'primary' }),
            goOnButton(news.lostFields, about),
          )
    case 'complete': {
      const { held, plan, readAgain, unreadable } = news
      return [
        ...(held === null ? [] : [section(heldWords(held))]),
        ...(readAgain === null ? [] : [context(readAgainWords(about.label, readAgain))]),
        ...(unreadable === 0 ? [] : [context(unreadableWords(unreadable))]),
        ...actions(
          plan && button(PREVIEW, 'Preview', { value }),
          plan && plan.toApply > 0
            ? button(SYNC_NOW, held === null ? 'Sync Now' : 'Review', { value, style: 'primary' })
            : null,
        ),
      ]
    }
    default:
      return news satisfies never
  }
}

/** What to check is said where the plan is reviewed. */
function heldWords(held: Held): string {
  const words = escapeText([held.what, othersWords(held)].join(' ').trim())
  return `*Held:* ${words} ${held.writes ? 'Review says what to check.' : NOTHING_TO_LET_THROUGH}`
}

const unreadableWords = (n: number): string =>
  `${bold(n)} ${plural(n, 'record', 'records')} could not be read: see Need a look in the preview.`
