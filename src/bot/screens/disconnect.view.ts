import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { actions, button, confirmDialog, context, escapeText, modal, section, truncate } from '../blocks.ts'
import { CONNECT } from './ids.view.ts'
import { bold, plural } from './words.view.ts'

export const DISCONNECT = 'disconnect.now'
export const LOOK_AGAIN = 'disconnect.again'

export type DisconnectState = {
  connectionId: string
  label: string
  /** In the cache. */
  people: number
  stakeholders: number
  webhook: 'registered' | 'by_hand' | 'none'
  /** What has to end first. */
  busy: 'reading' | 'syncing' | null
}

/** What stops, what is deleted, what stays; and the one button that does it. */
export function disconnectView(state: DisconnectState): ModalView {
  const name = escapeText(truncate(state.label, 60))
  return modal({
    title: 'Disconnect',
    close: 'Cancel',
    blocks: [
      section(`*Disconnect ${name}?*`),
      section(
        `*What stops*\nReading from ${name}: every day, by Retrieve Now, and when it tells of changes. Nobody can sync from it, and a plan that is open goes.`,
      ),
      section(`*What is deleted*\n${deletedWords(state, name)}`),
      section(
        `*What stays*\nThe register as it is, ${bold(state.stakeholders)} ${plural(state.stakeholders, 'stakeholder', 'stakeholders')}. History and Undo. Who is matched to whom, your conditions, fields and decisions, for when you connect ${name} again. Should another HR system take its place, its people are matched to the same stakeholders by the identifier.`,
      ),
      ...way(state, name),
    ],
  })
}

function deletedWords({ people, webhook }: DisconnectState, name: string): string {
  const read = `what was read of ${bold(people)} ${plural(people, 'person', 'people')}`
  const parts = [`The credentials, and ${read}. Nobody is deleted in ${name} itself.`]
  if (webhook === 'registered') parts.push(`The webhook that Rollcall made in ${name}.`)
  if (webhook === 'by_hand') parts.push(byHand(name))
  return parts.join(' ')
}

const byHand = (name: string) =>
  `If somebody made a webhook for Rollcall in ${name}, delete it there: Rollcall cannot.`

function way({ busy, connectionId: value, label }: DisconnectState, name: string): KnownBlock[] {
  if (busy !== null) {
    const words = { reading: `${name} is being read`, syncing: `A sync from ${name} is being written` }
    return [
      section(`*Not now.* ${words[busy]} at this moment. Disconnect it when that is done.`),
      ...actions(button(LOOK_AGAIN, 'Look again', { value })),
    ]
  }
  const short = truncate(label, 40)
  return actions(
    button(DISCONNECT, `Disconnect ${short}`, {
      value,
      style: 'danger',
      confirm: confirmDialog(
        {
          title: `Disconnect ${short}?`,
          text: 'The credentials and what was read are deleted and cannot be brought back. The register stays as it is.',
          yes: 'Disconnect',
          no: 'Go back',
        },
        'danger',
      ),
    }),
  )
}

export type Disconnected = {
  connectionId: string
  label: string
  /** `left`: the HR system could not be asked to stop sending. */
  webhook: 'taken_back' | 'left' | 'by_hand' | 'none'
}

/** What happened, and the way back. */
export function disconnectedView({ connectionId, label, webhook }: Disconnected): ModalView {
  const name = escapeText(truncate(label, 60))
  const hook = {
    none: '',
    taken_back: ` ${name} was told to send nothing more.`,
    left: ` ${name} could not be asked to stop sending: delete the webhook for Rollcall there. What it still sends is not read.`,
    by_hand: ` ${byHand(name)}`,
  }
  return modal({
    title: 'Disconnect',
    blocks: [
      section(
        `*${name} is disconnected.*\nThe credentials and what was read are deleted.${hook[webhook]} The register and its history are as they were.`,
      ),
      ...actions(button(CONNECT, 'Connect again', { value: connectionId, says: `Connect ${label} again` })),
      context(
        `Later: type /datasync connect and choose “${againLabel(name)}”. Who is matched to whom and your settings are taken up again.`,
      ),
    ],
  })
}

/** How the list of HR systems calls one that was disconnected. */
export const againLabel = (label: string): string => `${truncate(label, 60)}, as before`

const moreValue = z.tuple([z.enum(['reconnect', 'disconnect']), z.guid()])

export function parseMore(value: string): { act: 'reconnect' | 'disconnect'; connectionId: string } {
  const [act, connectionId] = moreValue.parse(value.split(':'))
  return { act, connectionId }
}
