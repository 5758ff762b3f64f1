import type { Button, KnownBlock } from '@slack/types'
import { actions, button, escapeText, section } from '../blocks.ts'
import type { ConnectionState } from './connection-state.view.ts'
import { CONFIGURE, CONNECT, RETRIEVE } from './ids.view.ts'
import { goOnButton } from './lost-fields.view.ts'
import { slackDate } from './words.view.ts'

/** What a person has to do about a connection before anything else, and the buttons that do it. */
export type Attention = { words: string; buttons: readonly Button[] }

const OLD_AFTER_MS = 2 * 24 * 60 * 60 * 1000

const isOld = ({ lastGood }: ConnectionState, now: Date): boolean =>
  lastGood !== null && now.getTime() - lastGood.at.getTime() > OLD_AFTER_MS

export const needsAPerson = (connection: ConnectionState, now: Date): boolean =>
  connection.status === 'broken' ||
  connection.lastFailure !== null ||
  connection.planProblem !== null ||
  connection.held !== null ||
  isOld(connection, now)

/** "The last good data, from yesterday at 06:12, is kept." */
const keptWords = (lastGood: { at: Date } | null): string =>
  lastGood === null
    ? 'Nothing was read yet, and nothing was changed.'
    : `The last good data, from ${slackDate(lastGood.at)}, is kept.`

export const retrieveNow = ({ connectionId: value, label }: ConnectionState, style?: 'primary') =>
  button(RETRIEVE, 'Retrieve Now', { value, says: `Retrieve Now from ${label}`, ...(style ? { style } : {}) })

/** @param style of the first button, where nothing else on the screen is to be pressed first */
export function attentionOf(
  connection: ConnectionState,
  now: Date,
  style: 'primary' | undefined,
): Attention | null {
  const { connectionId: value, lastFailure, lastGood, label, planProblem, problem, running } = connection
  if (running) return null
  const name = escapeText(label)
  const kept = keptWords(lastGood)
  const first = (id: string, words: string) =>
    button(id, words, { value, ...(style ? { style } : {}), says: `${words} ${label}` })
  if (connection.status === 'broken') {
    const why = escapeText(problem ?? `${label} no longer accepts the key.`)
    return {
      words: `*${name} cannot be read any more*\n${why} ${kept} Reconnect, or press Retrieve Now if the same credentials work again.`,
      buttons: [first(CONNECT, 'Reconnect'), retrieveNow(connection)],
    }
  }
  if (lastFailure) {
    const goOn = goOnButton(lastFailure.lostFields, connection)
    return {
      words: `*The last retrieval from ${name} failed, ${slackDate(lastFailure.at)}*\n${told(lastFailure)}`,
      buttons: [retrieveNow(connection, style), ...(goOn ? [goOn] : [])],
    }
  }
  if (planProblem)
    return {
      words: `*The conditions for ${name} can no longer be used*\n${told(planProblem)}`,
      buttons: [first(CONFIGURE, 'Configure')],
    }
  if (isOld(connection, now))
    return {
      words: `*The data from ${name} is older than two days*\n${kept} Retrieve it again before you sync.`,
      buttons: [retrieveNow(connection, style)],
    }
  return null
}

const told = ({ message, remedy }: { message: string; remedy: string | null }): string =>
  escapeText([message, remedy ?? ''].join(' ').trim())

/** A single button stands beside the words, several below them. */
export function attentionBlocks({ words, buttons }: Attention): KnownBlock[] {
  const [accessory, ...others] = buttons
  return others.length === 0 ? [section(words, { accessory })] : [section(words), ...actions(...buttons)]
}
