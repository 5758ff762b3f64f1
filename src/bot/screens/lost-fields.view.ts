import type { Button, KnownBlock } from '@slack/types'
import { z } from 'zod'
import { type CoveredField, STANDARD_FIELD_KEYS, STANDARD_FIELDS, type StandardField } from '../../model.ts'
import {
  button,
  confirmDialog,
  context,
  escapeText,
  type Message,
  paragraph,
  section,
  truncate,
} from '../blocks.ts'
import { bold, count, listed, plural } from './words.view.ts'

/** Two ids: one draws the window anew that it is in, the other answers beside a message or on Home. */
export const LET_THROUGH = 'lost.let_through'
export const GO_ON = 'lost.go_on'

/**
 * A field that lost most of its values in HR, and where the permission for it is granted. One that is no longer
 * `delivered` at all has no blanks that could be let through: it is gone on without.
 */
export type HeldField = { field: CoveredField; label: string; where: string; delivered: boolean }
type About = { connectionId: string; label: string }

const MAX_SHOWN = 3

const labelOf = (field: StandardField): string => STANDARD_FIELDS[field].label

/** One field each, with what to check first and the way on. */
export function heldFieldBlocks(
  fields: readonly HeldField[],
  about: About,
  actionId: typeof LET_THROUGH | `${typeof LET_THROUGH}.turn` = LET_THROUGH,
): KnownBlock[] {
  const rest = fields.length - MAX_SHOWN
  return [
    ...fields
      .slice(0, MAX_SHOWN)
      .map((held) =>
        held.delivered
          ? section(heldFieldWords(held, about), { accessory: letThrough(held, about, actionId) })
          : section(goneFieldWords(held, about)),
      ),
    ...(rest > 0
      ? [context(`${bold(rest)} more ${plural(rest, 'field is', 'fields are')} not written.`)]
      : []),
  ]
}

/** Labels of custom fields are HR's own words. */
const nameOf = ({ label }: HeldField): string => escapeText(truncate(label, 80))

const heldFieldWords = (held: HeldField, { label }: About): string =>
  `*${nameOf(held)}* lost most of its values in ${escapeText(label)}, probably a lost permission. ${escapeText(held.where)} Until you let it through it is not written, and no condition goes by its blanks.`

/** In the words of the button that led here. */
const goneFieldWords = (held: HeldField, { label }: About): string =>
  `*Going on without ${nameOf(held)}*: ${escapeText(label)} no longer shows it to us. The register keeps what it has there, and no condition goes by it. To have it again: ${escapeText(held.where)} Then press Retrieve Now.`

/** The same where there is no room for a button, a sentence for each way a field is missed. */
export function heldFieldsLine(fields: readonly HeldField[], { label }: Pick<About, 'label'>): string {
  const lost = fields.filter(({ delivered }) => delivered)
  const gone = fields.filter(({ delivered }) => !delivered)
  const sentences = [
    ...(lost.length === 0
      ? []
      : [`${namesOf(lost)} ${plural(lost.length, 'is', 'are')} not written: most values were lost in HR.`]),
    ...(gone.length === 0
      ? []
      : [
          `Going on without ${namesOf(gone)}: ${escapeText(label)} no longer shows ${plural(gone.length, 'it', 'them')} to us.`,
        ]),
  ]
  return sentences.join(' ')
}

/** "*Phone*, *Country*, *Job title* and 1 more" */
function namesOf(fields: readonly HeldField[]): string {
  const labels = fields.slice(0, MAX_SHOWN).map((held) => `*${nameOf(held)}*`)
  const rest = fields.length - labels.length
  return listed([...labels, ...(rest > 0 ? [`${count(rest)} more`] : [])])
}

/** Where Confirm is pressed. A choice of people would not outlive its plan, so there it is only said. */
export function heldFieldsInWindow(
  fields: readonly HeldField[],
  about: About,
  isChoice: boolean,
): KnownBlock[] {
  if (fields.length === 0) return []
  return isChoice
    ? [section(heldFieldsLine(fields, about))]
    : heldFieldBlocks(fields, about, `${LET_THROUGH}.turn`)
}

function letThrough(held: HeldField, { connectionId, label }: About, actionId: string): Button {
  const name = truncate(held.label, 40)
  return button(actionId, 'Let it through', {
    value: `${connectionId}:${held.field}`,
    says: `Let ${name} from ${label} through`,
    confirm: confirmDialog({
      title: `Let ${name} through?`,
      text: `The blanks in ${label.slice(0, 60)} are then taken for the truth: where HR may clear ${name}, the next plan empties it. Nothing is written before somebody confirms that plan.`,
      yes: 'Let it through',
      no: 'Go back',
    }),
  })
}

/** Beside Retrieve Now, where a retrieval failed because fields are no longer delivered. */
export function goOnButton(fields: readonly StandardField[], { connectionId, label }: About): Button | null {
  if (fields.length === 0) return null
  const names = nameFields(fields)
  return button(GO_ON, `Go on without ${names}`, {
    value: `${connectionId}:${fields.join(',')}`,
    says: `Go on without ${names} from ${label}`,
    confirm: confirmDialog({
      title: `Go on without ${names}?`,
      text: `${label.slice(0, 40)} is read again at once, without ${names}. The register keeps what it has there. What comes back later is read and written again.${alsoWords(fields)}`,
      yes: `Go on without ${plural(fields.length, 'it', 'them')}`,
      no: 'Go back',
    }),
  })
}

/** New people come with what is read of them: without a status, those who have left look like everybody else. */
const alsoWords = (fields: readonly StandardField[]): string =>
  fields.includes('status') ? ' Who has left can no longer be told: look at who would be created.' : ''

/** "Phone", "Phone and Country", "4 fields" */
export const nameFields = (fields: readonly StandardField[]): string =>
  fields.length > 2 ? `${count(fields.length)} fields` : listed(fields.map(labelOf))

export const letThroughMessage = (held: HeldField): Message =>
  paragraph(`*${nameOf(held)}* is let through. Type /datasync to see what the next plan would do with it.`)

export const goOnMessage = (fields: readonly StandardField[], label: string): Message =>
  paragraph(
    `Reading from ${escapeText(label)}, without ${nameFields(fields)}. The progress is in your messages with Rollcall.`,
  )

const standardField = z.enum(STANDARD_FIELD_KEYS)
const letThroughValue = z.tuple([z.guid(), z.string().min(1)])
const goOnValue = z.tuple([
  z.guid(),
  z.string().transform((it) => z.array(standardField).min(1).parse(it.split(','))),
])

/** An id of a custom field may have any character in it; that of a connection has no colon. */
export function parseLetThrough(value: string): { connectionId: string; field: string } {
  const [first, ...rest] = value.split(':')
  const [connectionId, field] = letThroughValue.parse([first, rest.join(':')])
  return { connectionId, field }
}

export function parseGoOn(value: string): { connectionId: string; fields: StandardField[] } {
  const [connectionId, fields] = goOnValue.parse(value.split(':'))
  return { connectionId, fields }
}
