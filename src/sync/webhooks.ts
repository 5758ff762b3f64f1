import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { findWebhook, insertWebhook, updateWebhook, type WebhookRow } from '../db/webhooks.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { sha256 } from './link-sessions.ts'
import type { Provider } from './provider.ts'

export type Place = { companyId: string; connectionId: string }

/** `hook` is the unguessable part of the address. `secret` is empty until the vendor's is known. */
export type Hook = { hook: string; secret: string }

const hookSchema = z.object({ hook: z.string().min(1), secret: z.string() })

export const HOOK_PATTERN = /^[\w-]{43}$/

type Sealing = Pick<Context, 'db' | 'secrets'>

/** The connection's own address for deliveries: made once, the same ever after. */
export async function ensureWebhook(ctx: Sealing, place: Place): Promise<Hook> {
  const known = await findWebhook(ctx.db, place)
  if (known !== undefined) return openHook(ctx, known)
  const hook = randomBytes(32).toString('base64url')
  await insertWebhook(ctx.db, {
    company_id: place.companyId,
    connection_id: place.connectionId,
    hook_hash: sha256(hook),
    sealed: sealHook(ctx, place, { hook, secret: '' }),
    remote_id: null,
  })
  // Read again: of two that ask at once, the first one's stands.
  const made = await findWebhook(ctx.db, place)
  if (made !== undefined) return openHook(ctx, made)
  throw new RollcallError('not_found', 'There is no such connection, or no credentials are kept for it.')
}

/** What an admin copied from the vendor's page. Sealed, and never shown again. */
export async function saveWebhookSecret(ctx: Sealing, place: Place, secret: string): Promise<void> {
  const { hook } = await ensureWebhook(ctx, place)
  await updateWebhook(ctx.db, place, { sealed: sealHook(ctx, place, { hook, secret }) })
}

/** @throws RollcallError `secret_unreadable` */
export function openHook(ctx: Pick<Context, 'secrets'>, row: WebhookRow): Hook {
  const place = { companyId: row.company_id, connectionId: row.connection_id }
  return hookSchema.parse(JSON.parse(ctx.secrets.open(row.sealed, boundTo(place))))
}

export function sealHook(ctx: Pick<Context, 'secrets'>, place: Place, hook: Hook): Buffer {
  return ctx.secrets.seal(JSON.stringify(hook), boundTo(place))
}

export const webhookUrl = (publicUrl: string, provider: Provider, { hook }: Pick<Hook, 'hook'>) =>
  `${publicUrl}/webhooks/${provider.id}/${hook}`

/** Vendors send to https only. A rehearsal, which is itself reached without, also sends without. */
export function isReachable(ctx: Pick<Context, 'providers'>, provider: Provider, publicUrl: string): boolean {
  return publicUrl.startsWith('https:') || ctx.providers.apiUrl(provider).startsWith('http:')
}

const boundTo = ({ companyId, connectionId }: Place) => `webhook:${companyId}:${connectionId}`
