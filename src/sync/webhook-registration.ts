import { type ConnectionRow, getConnection } from '../db/connections.ts'
import { updateWebhook } from '../db/webhooks.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { openCredentials } from './credentials.ts'
import { enqueue } from './jobs.ts'
import {
  ensureWebhook,
  isReachable,
  type Place,
  saveWebhookSecret,
  sealHook,
  webhookUrl,
} from './webhooks.ts'

/**
 * With the rest of the setup, in its transaction. The vendor is asked once that stands: by a job, as the answer may
 * take its time or never come.
 * @param secret as an admin pasted it; `null` leaves what there is
 */
export async function prepareWebhook(
  ctx: Context,
  place: Place,
  providerId: string,
  secret: string | null,
): Promise<void> {
  const { webhook } = ctx.providers.get(providerId)
  if (webhook === undefined) return
  await ensureWebhook(ctx, place)
  if (secret !== null) await saveWebhookSecret(ctx, place, secret)
  if (webhook.setUp.by !== 'api') return
  const key = `register-webhook:${place.connectionId}`
  await enqueue(ctx.db, 'register-webhook', place, { jobKey: key, queue: key })
}

/**
 * Asks the vendor to send to us, where it can be asked. Repeating it replaces what was registered before. Setup does
 * not depend on it: what goes wrong is a sentence on the connection, and the daily retrieval goes on.
 * @throws what may pass by itself, so that the job is tried again
 */
export async function registerWebhook(ctx: Context, place: Place, publicUrl: string): Promise<void> {
  const connection = await getConnection(ctx.db, place.companyId, place.connectionId)
  const provider = ctx.providers.get(connection.provider)
  const setUp = provider.webhook?.setUp
  if (setUp?.by !== 'api' || connection.sealed_credentials === null) return
  const { hook } = await ensureWebhook(ctx, place)
  if (!isReachable(ctx, provider, publicUrl)) {
    return updateWebhook(ctx.db, place, { problem: unreachableSentence(provider.label, publicUrl) })
  }
  try {
    const client = ctx.providers.client(provider, openCredentials(ctx, connection))
    const { remoteId, secret } = await setUp.register(client, webhookUrl(publicUrl, provider, { hook }))
    const sealed = sealHook(ctx, place, { hook, secret })
    await updateWebhook(ctx.db, place, { sealed, remote_id: remoteId, problem: null })
  } catch (thrown) {
    if (!(thrown instanceof RollcallError)) throw thrown
    await updateWebhook(ctx.db, place, { problem: failedSentence(provider.label, thrown) })
    if (thrown.retry.when === 'later') throw thrown
    ctx.log.warn({ provider: provider.id, code: thrown.code }, 'a webhook could not be registered')
  }
}

/**
 * @param connection as it was while it still had its credentials
 * @returns false when the vendor could not be asked. If it goes on sending it is told that there is nothing here.
 */
export async function unregisterWebhook(
  ctx: Context,
  connection: ConnectionRow,
  remoteId: string,
): Promise<boolean> {
  const provider = ctx.providers.get(connection.provider)
  const setUp = provider.webhook?.setUp
  if (setUp?.by !== 'api') return false
  try {
    await setUp.unregister(ctx.providers.client(provider, openCredentials(ctx, connection)), remoteId)
    return true
  } catch (thrown) {
    if (!(thrown instanceof RollcallError)) throw thrown
    ctx.log.warn({ provider: provider.id, code: thrown.code }, 'a webhook could not be taken back')
    return false
  }
}

export function unreachableSentence(label: string, publicUrl: string): string {
  return `${label} only sends to https addresses, and Rollcall is at ${publicUrl}. Whoever runs Rollcall can set PUBLIC_URL to an https address.`
}

function failedSentence(label: string, { message, remedy }: RollcallError): string {
  return [`${label} could not be asked to tell us of changes.`, message, remedy].filter(Boolean).join(' ')
}
