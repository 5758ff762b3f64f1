import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { actions, button, context, escapeText, modal, option, plain, section } from '../blocks.ts'
import { againLabel } from './disconnect.view.ts'
import type { FormValues } from './form.view.ts'
import { calendarDay } from './words.view.ts'

export const CONNECT_FORM = 'connect'
export const SECURE_PAGE = 'connect.page'
const PROVIDER = { block: 'provider', action: 'connect.provider' }

export type ProviderChoice = { id: string; label: string; beta: boolean }

const READS =
  'Names and contacts · employment status and dates · job titles and departments · office locations · employee numbers · custom fields you ask for'

/** One that was disconnected and can be taken up again. */
export type FormerConnection = { connectionId: string; label: string; createdAt: Date }

/** Which HR system, what will be read, and that nothing is typed here. */
export function connectView(
  providers: readonly ProviderChoice[],
  former: readonly FormerConnection[] = [],
): ModalView {
  return modal({
    title: 'Connect',
    callbackId: CONNECT_FORM,
    submit: 'Connect',
    close: 'Cancel',
    blocks: [section('*Connect your HR system*'), picker(providers, former), ...promise('your HR system')],
  })
}

/**
 * The same for a connection that there is or was: the HR system is known, and the matches stay.
 * @param connection.removed it was disconnected, and what was read was deleted
 */
export function reconnectView(connection: {
  connectionId: string
  label: string
  removed?: boolean
}): ModalView {
  const label = escapeText(connection.label)
  const kept = connection.removed
    ? 'Who is matched to whom, and your settings, are taken up again. People are read anew.'
    : 'What was read so far, and who is matched to whom, is kept.'
  return modal({
    title: 'Reconnect',
    callbackId: CONNECT_FORM,
    submit: 'Connect',
    close: 'Cancel',
    metadata: { connectionId: connection.connectionId },
    blocks: [section(`*Reconnect ${label}*\n${kept}`), ...promise(label)],
  })
}

/** The way out of Slack: secrets are typed on our own page, never here. */
export function securePageView(link: { url: string; label: string; expiresInMinutes: number }): ModalView {
  const label = escapeText(link.label)
  return modal({
    title: 'Connect',
    blocks: [
      section(
        `*Go on in your browser*\nYou will type the credentials for ${label} on a secure page, not in Slack.`,
      ),
      ...actions(button(SECURE_PAGE, 'Open the secure page', { url: link.url, style: 'primary' })),
      context(
        `The link works for ${link.expiresInMinutes} minutes and in one browser. If it expires, type /datasync connect.`,
      ),
    ],
  })
}

const AGAIN = 'again:'
const MAX_FORMER = 20

function picker(providers: readonly ProviderChoice[], former: readonly FormerConnection[]): KnownBlock {
  const again = former
    .slice(0, MAX_FORMER)
    .map(({ connectionId, createdAt, label }) =>
      option(
        `${AGAIN}${connectionId}`,
        againLabel(label),
        `Takes up who is matched to whom since ${calendarDay(createdAt.toISOString().slice(0, 10))}`,
      ),
    )
  const fresh = providers.map(({ id, label, beta }) => option(id, beta ? `${label} (Beta)` : label))
  const options = [...again, ...fresh].slice(0, 100)
  const [only] = options.length === 1 ? options : []
  return {
    type: 'input',
    block_id: PROVIDER.block,
    label: plain('Provider'),
    element: {
      type: 'static_select',
      action_id: PROVIDER.action,
      placeholder: plain('Choose or type a name'),
      options,
      ...(only ? { initial_option: only } : {}),
    },
  }
}

const promise = (label: string): KnownBlock[] => [
  section(`*Rollcall will read*\n${READS}`),
  context(`It never writes to ${label}. You will type the credentials on a secure page, not in Slack.`),
]

/** A provider to connect for the first time, or a connection to take up again. */
export function parsePicked(values: FormValues): { provider: string } | { connectionId: string } | null {
  const value = values[PROVIDER.block]?.[PROVIDER.action]?.selected_option?.value
  if (value === undefined) return null
  if (!value.startsWith(AGAIN)) return { provider: value }
  return { connectionId: z.guid().parse(value.slice(AGAIN.length)) }
}

const reconnectMetadata = z.object({ connectionId: z.guid() })

/** @returns the connection that is to work again; null for a new one */
export function parseReconnect(metadata: string): string | null {
  return metadata === '' ? null : reconnectMetadata.parse(JSON.parse(metadata)).connectionId
}
