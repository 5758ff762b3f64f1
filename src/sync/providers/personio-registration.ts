import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { ProviderClient, ProviderRequest, RegisteredWebhook } from '../provider.ts'

const EVENTS = [
  ...['created', 'updated', 'deleted'].map((what) => `person.${what}`),
  ...['created', 'updated', 'deleted', 'started', 'terminated'].map((what) => `employment.${what}`),
]

const hookSchema = z.object({ id: z.string().min(1), url: z.string() })
const hooksSchema = z.object({ _data: z.array(hookSchema) })
/** To be checked on a live account: whether what was made comes bare, or in `_data` as lists do. */
const madeSchema = z.union([hookSchema, z.object({ _data: hookSchema }).transform(({ _data }) => _data)])

/** Personio sends the token as it was given. */
export const authorizationOf = (secret: string) => `Bearer ${secret}`

/** https://developer.personio.de/reference/post_v2-webhooks */
export async function register(client: ProviderClient, url: string): Promise<RegisteredWebhook> {
  const { _data: hooks } = await ask(client, hooksSchema, { method: 'GET', path: '/v2/webhooks' })
  for (const old of hooks.filter((each) => each.url === url)) await unregister(client, old.id)
  const secret = randomBytes(32).toString('base64url')
  const made = await ask(client, madeSchema, {
    method: 'POST',
    path: '/v2/webhooks',
    body: {
      url,
      description: 'Rollcall',
      // Left out, it would be registered and silent.
      status: 'ENABLED',
      auth_type: 'TOKEN',
      token: authorizationOf(secret),
      enabled_events: EVENTS,
    },
  })
  return { remoteId: made.id, secret }
}

export async function unregister(client: ProviderClient, remoteId: string): Promise<void> {
  const path = `/v2/webhooks/${encodeURIComponent(remoteId)}`
  await client.json({ method: 'DELETE', path, someoneWaits: true })
}

async function ask<T>(client: ProviderClient, schema: z.ZodType<T>, request: ProviderRequest): Promise<T> {
  const { body } = await client.json(request).catch((thrown: unknown) => {
    throw isRefusal(thrown) ? refused() : thrown
  })
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  // Without the cause: an answer may repeat the token.
  throw new RollcallError(
    'provider_bad_answer',
    'Personio answered about webhooks in a way that we cannot read.',
    { remedy: 'Personio may have changed its API: tell support.' },
  )
}

/** A right that is missing has been answered with 401 as well as with 403. */
function isRefusal(thrown: unknown): boolean {
  return (
    thrown instanceof RollcallError &&
    (thrown.code === 'provider_forbidden' || thrown.code === 'provider_key_refused')
  )
}

function refused(): RollcallError {
  return new RollcallError(
    'provider_forbidden',
    'Personio does not let these credentials register webhooks.',
    {
      remedy:
        'In Personio, open Settings > Integrations > API credentials, tick Webhooks: Read and Write for these credentials, then reconnect.',
    },
  )
}
