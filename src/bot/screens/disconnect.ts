import { countStakeholders } from '../../db/stakeholders.ts'
import { previewRemoval, removeConnection } from '../../sync/disconnect.ts'
import { type Listener, showWindow, type WindowAnswer } from '../listener.ts'
import type { Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { reconnectView } from './connect.view.ts'
import { DISCONNECT, disconnectedView, disconnectView, LOOK_AGAIN, parseMore } from './disconnect.view.ts'
import { MORE } from './ids.view.ts'
import { connectionNamed } from './which-connection.ts'

async function showDisconnect(request: Request, id: string): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const { connectionId, label } = await connectionNamed(request, id)
  const removal = await previewRemoval(ctx, { companyId, connectionId })
  const stakeholders = await countStakeholders(ctx.db, companyId)
  return showWindow(disconnectView({ ...removal, connectionId, label, stakeholders }))
}

/** The "…" of a connection. */
async function openMore(request: Request): Promise<WindowAnswer> {
  const { act, connectionId } = parseMore(request.value)
  if (act === 'disconnect') return await showDisconnect(request, connectionId)
  return showWindow(reconnectView(await connectionNamed(request, connectionId)))
}

const disconnect =
  (tools: Tools) =>
  async (request: Request): Promise<WindowAnswer> => {
    const { ctx, companyId } = request
    const { connectionId, label } = await connectionNamed(request, request.value)
    const { webhook } = await removeConnection(ctx, companyId, connectionId)
    await tools.announce(companyId, `settings:${connectionId}`)
    return showWindow(disconnectedView({ connectionId, label, webhook }))
  }

export const disconnectListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: MORE, step: { answer: 'open', run: openMore } },
  {
    on: 'action',
    id: LOOK_AGAIN,
    step: { answer: 'turn', run: (request) => showDisconnect(request, request.value) },
  },
  { on: 'action', id: DISCONNECT, step: { answer: 'turn', run: disconnect(tools) } },
]
