import type { ModalView } from '@slack/types'
import { type ConnectionRow, findConnection, listConnections } from '../../db/connections.ts'
import { RollcallError } from '../../errors.ts'
import type { Provider } from '../../sync/provider.ts'
import type { Request } from '../request.ts'
import { chooseConnectionView } from './which-connection.view.ts'

export type Connection = { connectionId: string; label: string; row: ConnectionRow; provider: Provider }

function named(request: Request, row: ConnectionRow): Connection {
  const provider = request.ctx.providers.get(row.provider)
  return { connectionId: row.connection_id, label: provider.label, row, provider }
}

export async function connectionsOf(request: Request): Promise<Connection[]> {
  const rows = await listConnections(request.ctx.db, request.companyId)
  return rows.map((row) => named(request, row))
}

/** The one that a button names, in the company of whoever pressed it. */
export async function connectionNamed(request: Request, connectionId: string): Promise<Connection> {
  const row = await findConnection(request.ctx.db, request.companyId, connectionId)
  if (row !== undefined && row.status !== 'removed') return named(request, row)
  throw new RollcallError('not_found', 'This connection is no longer there.')
}

/**
 * The named connection; without a name the only one there is, or a window that asks which.
 * @param actionId the button that goes on with the one that was picked
 */
export async function whichConnection(
  request: Request,
  connectionId: string | null,
  actionId: string,
): Promise<{ connection: Connection } | { ask: ModalView }> {
  if (connectionId !== null) return { connection: await connectionNamed(request, connectionId) }
  const all = await connectionsOf(request)
  const [only] = all
  if (only === undefined) throw notConnected()
  return all.length === 1 ? { connection: only } : { ask: chooseConnectionView(actionId, all) }
}

export const notConnected = () =>
  new RollcallError('not_found', 'No HR system is connected yet.', {
    remedy: 'Connect one with /datasync connect.',
  })
