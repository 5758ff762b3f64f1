import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import type { FieldType } from '../../model.ts'
import {
  actions,
  button,
  confirmDialog,
  context,
  divider,
  escapeText,
  modal,
  plain,
  section,
  truncate,
} from '../blocks.ts'
import { FIELDS } from './configure.view.ts'
import { pickedValue } from './configure-draft.view.ts'
import { fieldAbout } from './field-card.view.ts'
import type { FormValues } from './form.view.ts'
import { count, slackDate } from './words.view.ts'

export const REQUESTED_FORM = 'requested'
export const FIELD_CHOICE = 'requested.choice'
export const CONNECT_HERE = 'requested.connect'
export const REMOVE_FIELD = 'requested.remove'

/** A custom field that somebody asked for. `by` is a mention, or "support". */
export type RequestedField = {
  fieldId: string
  requestId: string
  label: string
  type: FieldType
  category: string | null
  standing:
    | { is: 'waiting'; by: string; at: Date }
    | { is: 'declined'; by: string; at: Date }
    | { is: 'gone'; at: Date }
    | { is: 'coming' }
    | { is: 'missing'; sentence: string }
    | { is: 'read'; to: string | null }
}

export type RequestedState = {
  connectionId: string
  /** The vendor's own spelling. */
  label: string
  hasSupport: boolean
  fields: readonly RequestedField[]
  /** How many more can be asked for; `null` before the first retrieval. */
  left: number | null
  notice: string | null
}

/** A window takes 100 blocks and 250 kB; a field needs two blocks at most. */
const MAX_SHOWN = 44
const shown = (words: string, max = 120): string => escapeText(truncate(words, max))

/** What was asked for and what became of it, and a select to ask for another. */
export function requestedView(state: RequestedState): ModalView {
  const { connectionId, fields, label, left, notice } = state
  const hidden = fields.length - MAX_SHOWN
  return modal({
    title: 'Requested HR fields',
    close: 'Back',
    ...(left === null || left === 0 ? {} : { submit: 'Request a field', callbackId: REQUESTED_FORM }),
    metadata: { connectionId },
    blocks: [
      ...(notice === null ? [] : [section(notice), divider]),
      ...(fields.length === 0 ? [section(`No custom field of ${escapeText(label)} was asked for yet.`)] : []),
      ...fields.slice(0, MAX_SHOWN).flatMap((field) => fieldBlocks(field, state)),
      ...(hidden > 0 ? [context(`${count(hidden)} more are not shown.`)] : []),
      ...(fields.some(({ standing }) => standing.is === 'read')
        ? actions(button(FIELDS, 'Fields and owners', { value: connectionId }))
        : []),
      divider,
      ...askBlocks(state),
    ],
  })
}

function fieldBlocks(field: RequestedField, { hasSupport, label }: RequestedState): KnownBlock[] {
  const { fieldId, requestId, standing } = field
  const words = `*${shown(field.label)}* · ${shown(fieldAbout(field))}\n${standingWords(standing, hasSupport)}`
  const remove = button(REMOVE_FIELD, standing.is === 'waiting' ? 'Take back' : 'Remove', {
    value: fieldId,
    says: `Remove ${field.label}`,
    ...(standing.is === 'waiting' || standing.is === 'declined'
      ? {}
      : { confirm: removal(field.label, label) }),
  })
  if (standing.is !== 'waiting' || hasSupport) return [section(words, { accessory: remove })]
  const connect = button(CONNECT_HERE, 'Connect', { value: requestId, says: `Connect ${field.label}` })
  return [section(words), ...actions(connect, remove)]
}

const removal = (field: string, provider: string) =>
  confirmDialog(
    {
      title: 'Remove this field?',
      text: `“${field.slice(0, 100)}” is no longer read from ${provider}, nor mapped. What is in the register stays.`,
      yes: 'Remove it',
      no: 'Go back',
    },
    'danger',
  )

function standingWords(standing: RequestedField['standing'], hasSupport: boolean): string {
  switch (standing.is) {
    case 'waiting':
      return `Waiting ${hasSupport ? 'for support' : 'to be connected'} · asked by ${standing.by}, ${slackDate(standing.at)}`
    case 'declined':
      return `Declined by ${standing.by}, ${slackDate(standing.at)}. It is not read.`
    case 'gone':
      return `No longer listed since ${slackDate(standing.at)}. It is not read.`
    case 'coming':
      return 'Connected · comes with the next retrieval'
    case 'missing':
      return shown(standing.sentence, 500)
    case 'read':
      return standing.to === null
        ? 'Retrieved · not mapped to a stakeholder field'
        : `Retrieved · mapped to ${shown(standing.to)}`
    default:
      return standing satisfies never
  }
}

function askBlocks({ fields, hasSupport, label, left }: RequestedState): KnownBlock[] {
  if (left === null) return [context('Which fields there are comes with the first retrieval.')]
  if (left === 0)
    return [context(`${escapeText(label)} lists no ${fields.length > 0 ? 'other ' : ''}custom field.`)]
  return [
    {
      type: 'input',
      // Another block each time, so that Slack does not keep what was picked for the request before.
      block_id: `ask:${left}`,
      label: plain('Custom field'),
      hint: plain(
        hasSupport
          ? 'Support connects it, or declines. Then it is retrieved, can be a condition and can be mapped.'
          : 'It is retrieved from now on, can be a condition and can be mapped.',
      ),
      element: {
        type: 'external_select',
        action_id: FIELD_CHOICE,
        placeholder: plain('Type to search'),
        min_query_length: 0,
      },
    },
  ]
}

const requestedMetadata = z.object({ connectionId: z.guid() })
export const parseRequestedMetadata = (metadata: string) => requestedMetadata.parse(JSON.parse(metadata))

/** What was picked; `null` is nothing. */
export function pickedField(values: FormValues): string | null {
  for (const block of Object.values(values)) {
    const picked = pickedValue(block[FIELD_CHOICE])
    if (picked !== null) return picked
  }
  return null
}
