import { z } from 'zod'
import type { CredentialField, Instruction, WebhookSetUp } from '../../sync/provider.ts'
import { ensureWebhook, isReachable, webhookUrl } from '../../sync/webhooks.ts'
import type { FormProblem } from './credentials-form.ts'
import type { Visit } from './visit.ts'

/** How the vendor comes to tell us of changes, as far as an admin has something to do or to know. */
export type WebhookPart =
  | { kind: 'none' }
  | { kind: 'unreachable'; publicUrl: string }
  | { kind: 'by_itself' }
  | { kind: 'by_hand'; url: string; instructions: readonly Instruction[]; hasSecret: boolean }

/** The address has to be there before it is pasted: the vendor tries it out at once. */
export async function webhookPart(
  { ctx, session, provider }: Visit,
  publicUrl: string,
): Promise<WebhookPart> {
  const setUp = provider.webhook?.setUp
  if (setUp === undefined || session.connectionId === null) return { kind: 'none' }
  if (!isReachable(ctx, provider, publicUrl)) return { kind: 'unreachable', publicUrl }
  if (setUp.by === 'api') return { kind: 'by_itself' }
  const hook = await ensureWebhook(ctx, { companyId: session.companyId, connectionId: session.connectionId })
  const url = webhookUrl(publicUrl, provider, hook)
  return { kind: 'by_hand', url, instructions: setUp.instructions, hasSecret: hook.secret !== '' }
}

export const SECRET_FIELD = 'webhookSecret'

export function secretField({ secret }: Extract<WebhookSetUp, { by: 'admin' }>): CredentialField {
  return { ...secret, name: SECRET_FIELD, secret: true }
}

const MAX_LENGTH = 4096
const pasted = z.object({ [SECRET_FIELD]: z.string().trim().max(MAX_LENGTH).catch('') })

export type SubmittedSecret = { ok: true; secret: string | null } | { ok: false; problem: FormProblem }

/** Left blank is skipped, or leaves the one that is stored as it is. */
export function parseSecret(setUp: WebhookSetUp | undefined, body: unknown): SubmittedSecret {
  const secret = pasted.safeParse(body).data?.[SECRET_FIELD] ?? ''
  if (setUp?.by !== 'admin' || secret === '') return { ok: true, secret: null }
  // As with credentials: `search` starts afresh whatever the pattern's flags are.
  if (secret.search(setUp.secret.pattern) >= 0) return { ok: true, secret }
  return { ok: false, problem: { field: SECRET_FIELD, message: setUp.secret.patternHint, remedy: null } }
}
