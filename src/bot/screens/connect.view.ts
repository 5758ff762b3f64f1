import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { actions, button, context, escapeText, modal, option, plain, section } from '../blocks.ts'
import type { FormValues } from './form.view.ts'

export const CONNECT_FORM = 'connect'
export const SECURE_PAGE = 'connect.page'
const PROVIDER = { block: 'provider', action: 'connect.provider' }

export type ProviderChoice = { id: string; label: string; beta: boolean }

const READS =
  'Names and contacts · employment status and dates · job titles and departments · office locations · employee numbers · custom fields you ask for'

/** Which HR system, what will be read, and that nothing is typed here. */
export function connectView(providers: readonly ProviderChoice[]): ModalView {
  return modal({
    title: 'Connect',
    callbackId: CONNECT_FORM,
    submit: 'Connect',
    close: 'Cancel',
    blocks: [section('*Connect your HR system*'), picker(providers), ...promise('your HR system')],
  })
}

/** The same for a connection that stopped working: the HR system is known, cache and matches stay. */
export function reconnectView(connection: { connectionId: string; label: string }): ModalView {
  const label = escapeText(connection.label)
  return modal({
    title: 'Reconnect',
    callbackId: CONNECT_FORM,
    submit: 'Connect',
    close: 'Cancel',
    metadata: { connectionId: connection.connectionId },
    blocks: [
      section(`*Reconnect ${label}*\nWhat was read so far, and who is matched to whom, is kept.`),
      ...promise(label),
    ],
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

function picker(providers: readonly ProviderChoice[]): KnownBlock {
  const options = providers
    .slice(0, 100)
    .map(({ id, label, beta }) => option(id, beta ? `${label} (Beta)` : label))
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

export const parseProvider = (values: FormValues): string | null =>
  values[PROVIDER.block]?.[PROVIDER.action]?.selected_option?.value ?? null

const reconnectMetadata = z.object({ connectionId: z.guid() })

/** @returns the connection that is to work again; null for a new one */
export function parseReconnect(metadata: string): string | null {
  return metadata === '' ? null : reconnectMetadata.parse(JSON.parse(metadata)).connectionId
}
