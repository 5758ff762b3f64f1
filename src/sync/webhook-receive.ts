import { createHash } from 'node:crypto'
import type { Context } from './context.ts'
import { targetsOf } from './core/targets.ts'
import { sha256 } from './link-sessions.ts'
import type { WebhookVerdict } from './provider.ts'
import type { Inbox, Receipt } from './webhook-inbox.ts'
import { HOOK_PATTERN, openHook } from './webhooks.ts'

/** `provider` is as it came, and not yet known to be one. */
export type IncomingWebhook = { provider: string; hook: string; headers: Headers; rawBody: Buffer }

/** `unknown`: no such address, whatever the reason, so that nobody learns which providers there are. */
export type WebhookOutcome =
  | { verdict: 'unknown' }
  | { verdict: Receipt | 'ping' | Exclude<WebhookVerdict, 'genuine'>; provider: string }

/**
 * What is delivered is a reason to read and never data: of the body nothing is kept but the ids of whom it is about,
 * and a digest, by which a replay is recognised. A signature that holds the time changes with every try, so it is left
 * out of that.
 * @throws what the database throws; then nothing was stored, and the vendor should try again
 */
export async function receiveWebhook(
  ctx: Context,
  inbox: Inbox,
  { provider: providerId, hook, headers, rawBody }: IncomingWebhook,
): Promise<WebhookOutcome> {
  const row = HOOK_PATTERN.test(hook) ? await inbox.find(sha256(hook)) : undefined
  if (row === undefined || row.provider !== providerId) return { verdict: 'unknown' }
  const { id: provider, webhook } = ctx.providers.get(row.provider)
  if (webhook === undefined) return { verdict: 'unknown' }

  const body = parsedJson(rawBody)
  if (webhook.isSetUpPing?.(body)) return { provider, verdict: 'ping' }
  const verdict = webhook.verify({ headers, rawBody }, openHook(ctx, row).secret, ctx.now)
  if (verdict !== 'genuine') return { provider, verdict }
  const digest = createHash('sha256').update(rawBody).digest()
  const place = { companyId: row.company_id, connectionId: row.connection_id }
  const targets = targetsOf(webhook.recordIds(body))
  return { provider, verdict: await inbox.receive({ ...place, provider, digest, targets }) }
}

/** `undefined` when it is none: that is no ping, and names nobody. */
function parsedJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'))
  } catch {
    return undefined
  }
}
