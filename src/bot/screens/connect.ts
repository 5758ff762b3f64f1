import { type ConnectionRow, getConnection, listRemovedConnections } from '../../db/connections.ts'
import { RollcallError } from '../../errors.ts'
import { startLinking } from '../../sync/connections.ts'
import { type Listener, type Step, showWindow } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import {
  CONNECT_FORM,
  connectView,
  parsePicked,
  parseReconnect,
  reconnectView,
  SECURE_PAGE,
  securePageView,
} from './connect.view.ts'
import { CONNECT } from './ids.view.ts'

/** With a connection's id it reconnects that one, also after it was disconnected; without, it adds one. */
export const connectStep: Step = {
  answer: 'open',
  run: async (request) => {
    if (request.origin.in !== 'command' && request.value !== '') {
      const { connection_id: connectionId, provider, status } = await reconnectable(request, request.value)
      const { label } = request.ctx.providers.get(provider)
      return showWindow(reconnectView({ connectionId, label, removed: status === 'removed' }))
    }
    const removed = await listRemovedConnections(request.ctx.db, request.companyId)
    const former = removed.map(({ connection_id: connectionId, created_at: createdAt, provider }) => ({
      connectionId,
      createdAt,
      label: request.ctx.providers.get(provider).label,
    }))
    return showWindow(connectView(request.ctx.providers.list(), former))
  },
}

const reconnectable = (request: Request, connectionId: string): Promise<ConnectionRow> =>
  getConnection(request.ctx.db, request.companyId, connectionId)

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
  const known = parseReconnect(metadataOf(request))
  const picked = known === null ? parsePicked(valuesOf(request)) : { connectionId: known }
  if (picked === null) throw new RollcallError('bad_request', 'No HR system was chosen.')
  if ('provider' in picked) return { provider: picked.provider, connectionId: null }
  const { connectionId } = picked
  return { provider: (await reconnectable(request, connectionId)).provider, connectionId }
}
