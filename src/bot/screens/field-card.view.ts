import { z } from 'zod'
import { FIELD_TYPE_WORDS, type FieldType } from '../../model.ts'
import { actions, button, context, escapeText, type Message, message, section } from '../blocks.ts'
import { slackDate } from './words.view.ts'

export const CONNECT_FIELD = 'field.connect'
export const DECLINE_FIELD = 'field.decline'

/** One request for a custom field, as it stands now. */
export type FieldCard = {
  companyId: string
  requestId: string
  company: string
  /** The vendor's own spelling. */
  provider: string
  label: string
  type: FieldType
  category: string | null
  state: 'listed' | 'requested' | 'connected' | 'declined'
  /** Mentions, or a word for somebody who cannot be named here. */
  askedBy: string
  askedAt: Date
  decidedBy: string
  decidedAt: Date | null
}

/** "Work · one of a list" */
export const fieldAbout = ({ category, type }: Pick<FieldCard, 'category' | 'type'>): string =>
  [category, FIELD_TYPE_WORDS[type]].filter((part) => part !== null).join(' · ')

const cardValue = z.tuple([z.guid(), z.guid()])

export function parseCardValue(value: string): { companyId: string; requestId: string } {
  const [companyId, requestId] = cardValue.parse(value.split(':'))
  return { companyId, requestId }
}

/** What support sees: a question with two buttons, or what was decided and no button. */
export function fieldCard(card: FieldCard): Message {
  const { askedAt, askedBy, company, companyId, label, provider, requestId, state } = card
  const field = `*${escapeText(label)}*`
  const whose = `${escapeText(company)} · ${escapeText(provider)} · ${escapeText(fieldAbout(card))}`
  if (state !== 'requested') return said(`${decision(card)}: ${field}`, whose)
  const value = `${companyId}:${requestId}`
  return message(`${askedBy} asks for an HR field: ${field}. ${whose}`, [
    section(`${askedBy} asks for an HR field: ${field}\n${whose}`),
    ...actions(
      button(CONNECT_FIELD, 'Connect', { value, style: 'primary', says: `Connect ${label} for ${company}` }),
      button(DECLINE_FIELD, 'Decline', { value, says: `Decline ${label} for ${company}` }),
    ),
    context(`Once connected, it is read with each retrieval. Asked ${slackDate(askedAt)}.`),
  ])
}

/** What the admin who asked is told. */
export function fieldAnswer(card: FieldCard): Message {
  const { label, provider, state } = card
  const words = `${decision(card)}: *${escapeText(label)}* from ${escapeText(provider)}`
  switch (state) {
    case 'connected':
      return said(
        words,
        'It is retrieved now. Then it can be a condition, and be mapped in Configure under Fields and owners.',
      )
    case 'declined':
      return said(words, 'It is not read. You can ask again under Requested HR fields.')
    case 'requested':
    case 'listed':
      return said(words, 'It is not read. The values that are in the register stay.')
    default:
      return state satisfies never
  }
}

/** "Connected by @sam, today at 14:02" */
export function decision({ decidedAt, decidedBy, state }: FieldCard): string {
  const by = `by ${decidedBy}${decidedAt === null ? '' : `, ${slackDate(decidedAt)}`}`
  if (state === 'connected') return `Connected ${by}`
  if (state === 'declined') return `Declined ${by}`
  return state === 'requested' ? 'Waiting for support' : `Taken out again ${by}`
}

const said = (words: string, more: string): Message =>
  message(`${words}. ${more}`, [section(words), context(more)])
