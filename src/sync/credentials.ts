import { z } from 'zod'
import type { ConnectionRow } from '../db/connections.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import type { Credentials } from './provider.ts'

type Secrets = Pick<Context, 'secrets'>

export function sealCredentials(
  ctx: Secrets,
  companyId: string,
  connectionId: string,
  credentials: Credentials,
): Buffer {
  return ctx.secrets.seal(JSON.stringify(credentials), boundTo(companyId, connectionId))
}

/** @throws RollcallError `secret_unreadable` */
export function openCredentials(ctx: Secrets, connection: ConnectionRow): Credentials {
  const { company_id, connection_id, sealed_credentials } = connection
  if (sealed_credentials === null) {
    throw new RollcallError('secret_unreadable', 'No credentials are kept for this connection.', {
      remedy: 'Connect it again: type /datasync connect in Slack.',
    })
  }
  const opened = ctx.secrets.open(sealed_credentials, boundTo(company_id, connection_id))
  return z.record(z.string(), z.string()).parse(JSON.parse(opened))
}

const boundTo = (companyId: string, connectionId: string) => `connection:${companyId}:${connectionId}`
