import { createHmac, randomUUID } from 'node:crypto'
import type { Context } from '../../src/sync/context.ts'
import { sealCredentials } from '../../src/sync/credentials.ts'
import type { Credentials } from '../../src/sync/provider.ts'
import { ensureWebhook, saveWebhookSecret } from '../../src/sync/webhooks.ts'
import { type Place, seedConnection } from './seed.ts'

export const BOB_SECRET = 'bob-secret-0123456789'
/** Published with a signature by the connector of fusebit/integrations. */
export const BAMBOO_VECTOR = {
  key: '123b929362d51613054f71e5e5d4bf2c',
  timestamp: '1658248023',
  body: '{"employees":[{"changedFields":["First name"],"fields":{"Employee #":{"value":"300"},"First name":{"value":"Tefi"},"Last name":{"value":"Adams"}},"id":"5"}]}',
  signature: '56491dd9c2b352bc5f4fc627159aae20ddff9c8cb19f239a6de6771dc5310bac',
}

export type Delivered = { body: string; headers: Record<string, string> }

/** One event as Bob sends it; every call another one. */
export function bobEvent(
  secret = BOB_SECRET,
  employeeId: string = randomUUID(),
  triggeredAt: string = randomUUID(),
): Delivered {
  const body = JSON.stringify({ type: 'employee.updated', version: 'v2', triggeredAt, data: { employeeId } })
  return { body, headers: { 'Bob-Signature': createHmac('sha512', secret).update(body).digest('base64') } }
}

export function bambooEvent(body: string, timestamp: string, key = BAMBOO_VECTOR.key): Delivered {
  const signature = createHmac('sha256', key).update(`${body}${timestamp}`).digest('hex')
  return { body, headers: { 'X-BambooHR-Timestamp': timestamp, 'X-BambooHR-Signature': signature } }
}

/** Personio signs nothing: a delivery carries the token that it was given. */
export function personioEvent(token: string, personId: string = randomUUID()): Delivered {
  const body = JSON.stringify({ event_name: 'person.updated', payload: { id: personId } })
  return { body, headers: { Authorization: `Bearer ${token}` } }
}

/** A connection in use, and where its vendor sends to. @param secret empty: not known yet */
export async function seedWebhook(
  ctx: Context,
  options: { provider?: string; secret?: string; credentials?: Credentials } = {},
): Promise<Place & { hook: string; path: string }> {
  const { provider = 'hibob', secret = BOB_SECRET, credentials = { token: 'never-sent' } } = options
  const place = await seedConnection(ctx.db)
  const sealed_credentials = sealCredentials(ctx, place.companyId, place.connectionId, credentials)
  await ctx.db
    .updateTable('connection')
    .set({ provider, sealed_credentials })
    .where('connection_id', '=', place.connectionId)
    .execute()
  const { hook } = await ensureWebhook(ctx, place)
  if (secret !== '') await saveWebhookSecret(ctx, place, secret)
  return { ...place, hook, path: `/webhooks/${provider}/${hook}` }
}
