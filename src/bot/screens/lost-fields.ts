import { goOnWithout, type HeldField, letFieldThrough } from '../../sync/lost-fields.ts'
import { homeState } from '../home-tab.ts'
import {
  type Listener,
  type MessageAnswer,
  showInstead,
  showNothing,
  showPrivately,
  showWindow,
  type WindowAnswer,
} from '../listener.ts'
import type { Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { statusMessage } from './home.view.ts'
import {
  GO_ON,
  goOnMessage,
  LET_THROUGH,
  letThroughMessage,
  parseGoOn,
  parseLetThrough,
} from './lost-fields.view.ts'
import { nothingToSyncView } from './sync-now.view.ts'
import { planOf, showConfirm } from './sync-plan.ts'
import { type Connection, connectionNamed } from './which-connection.ts'

/** @returns the field, and the connection as it is after that */
async function letThrough(
  request: Request,
  tools: Tools,
): Promise<{ connection: Connection; field: HeldField }> {
  const { ctx, companyId } = request
  const { connectionId, field: key } = parseLetThrough(request.value)
  await connectionNamed(request, connectionId)
  const field = await letFieldThrough(ctx, { companyId, connectionId }, key)
  await tools.announce(companyId, `settings:${connectionId}`)
  return { connection: await connectionNamed(request, connectionId), field }
}

/** Home and cards that everybody sees are drawn anew by the announcement; a status for one person is not. */
const letThroughHere =
  (tools: Tools) =>
  async (request: Request): Promise<MessageAnswer> => {
    const { field } = await letThrough(request, tools)
    const { ctx, companyId, origin } = request
    if (origin.in === 'home') return showNothing
    if (origin.in === 'message' && origin.ephemeral)
      return showInstead(statusMessage(await homeState(ctx, companyId, null)))
    return showPrivately(letThroughMessage(field))
  }

/** In the window that asks for Confirm: the next plan takes its place. */
const letThroughWindow =
  (tools: Tools) =>
  async (request: Request): Promise<WindowAnswer> => {
    const { connection } = await letThrough(request, tools)
    const plan = await planOf(request, connection)
    if (plan.toApply === 0) return showWindow(nothingToSyncView())
    return await showConfirm(request, connection, plan)
  }

const goOn =
  (tools: Tools) =>
  async (request: Request): Promise<MessageAnswer> => {
    const { ctx, companyId, origin } = request
    const { connectionId, fields } = parseGoOn(request.value)
    const { label } = await connectionNamed(request, connectionId)
    const { retrievalId } = await goOnWithout(ctx, { companyId, connectionId }, fields)
    await tools.announce(companyId, `retrieval:${retrievalId}`)
    return origin.in === 'home' ? showNothing : showPrivately(goOnMessage(fields, label))
  }

export const lostFieldsListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: LET_THROUGH, step: { answer: 'message', run: letThroughHere(tools) } },
  { on: 'action', id: `${LET_THROUGH}.turn`, step: { answer: 'turn', run: letThroughWindow(tools) } },
  { on: 'action', id: GO_ON, step: { answer: 'message', run: goOn(tools) } },
]
