import { RollcallError } from '../../errors.ts'
import { startLinking } from '../../sync/connections.ts'
import { type Listener, type Step, showWindow } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import {
  CONNECT_FORM,
  connectView,
  parseProvider,
  parseReconnect,
  reconnectView,
  SECURE_PAGE,
  securePageView,
} from './connect.view.ts'
import { CONNECT } from './ids.view.ts'
import { connectionNamed } from './which-connection.ts'

/** With a connection's id it reconnects that one; without, it adds one. */
export const connectStep: Step = {
  answer: 'open',
  run: async (request) => {
    if (request.origin.in !== 'command' && request.value !== '') {
      return showWindow(reconnectView(await connectionNamed(request, request.value)))
    }
    return showWindow(connectView(request.ctx.providers.list()))
  },
}

export const connectListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: CONNECT, step: connectStep },
  {
    on: 'submit',
    id: CONNECT_FORM,
    run: async (request) => {
      const { provider, connectionId } = await chosen(request)
      const { token, expiresAt } = await startLinking(request.ctx, {
        companyId: request.companyId,
        provider,
        slackUserId: request.userId,
        ...(connectionId === null ? {} : { connectionId }),
      })
      return showWindow(
        securePageView({
          url: `${tools.publicUrl}/connect/${token}`,
          label: request.ctx.providers.get(provider).label,
          expiresInMinutes: Math.round((expiresAt.getTime() - request.ctx.now.getTime()) / 60_000),
        }),
      )
    },
  },
  { on: 'link', id: SECURE_PAGE },
]

async function chosen(request: Request): Promise<{ provider: string; connectionId: string | null }> {
  const connectionId = parseReconnect(metadataOf(request))
  if (connectionId !== null) {
    const { row } = await connectionNamed(request, connectionId)
    return { provider: row.provider, connectionId }
  }
  const provider = parseProvider(valuesOf(request))
  if (provider === null) throw new RollcallError('bad_request', 'No HR system was chosen.')
  return { provider, connectionId: null }
}
