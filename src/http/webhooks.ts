import { Hono, type Context as RequestContext } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { later, RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { createInbox } from '../sync/webhook-inbox.ts'
import { receiveWebhook, type WebhookOutcome } from '../sync/webhook-receive.ts'
import { problem } from './problem.ts'

const MAX_BYTES = 256 * 1024
/** Personio gives up after 3 s; the answer has a way to go. */
const ANSWER_WITHIN_MS = 2_500
const TRY_AGAIN_MS = 60_000

/** As counted in the metrics: `too_large` was not read, `failed` was not stored and may come again. */
export type CountedVerdict = WebhookOutcome['verdict'] | 'too_large' | 'failed'

export type WebhookOptions = {
  makeContext: (actor: Actor) => Context
  /** `provider` is `unknown` until the address was found: what stands in a path is anybody's. */
  count: (labels: { provider: string; verdict: CountedVerdict }) => void
}

/**
 * `POST /webhooks/:provider/:hook`. BambooHR takes a 4xx for a refusal that was meant and never comes back, so our own
 * troubles are 503; HiBob takes nothing but 200 for a success. No part of a delivery is logged.
 */
export function webhookRoutes({ makeContext, count }: WebhookOptions) {
  const app = new Hono()
  const inbox = createInbox(makeContext)

  const onError = (c: RequestContext) => {
    count({ provider: 'unknown', verdict: 'too_large' })
    return problem(c, new RollcallError('bad_request', 'What was sent is too large.'), 413)
  }

  app.post('/:provider/:hook', bodyLimit({ maxSize: MAX_BYTES, onError }), async (c) => {
    const { provider, hook } = c.req.param()
    const incoming = { provider, hook, headers: c.req.raw.headers, rawBody: await rawBodyOf(c) }
    const ctx = makeContext({ kind: 'system' })
    try {
      const outcome = await inTime(receiveWebhook(ctx, inbox, incoming))
      const about = {
        provider: 'provider' in outcome ? outcome.provider : 'unknown',
        verdict: outcome.verdict,
      }
      count(about)
      if (about.provider !== 'unknown') ctx.log.info(about, 'webhook')
      return answer(c, outcome)
    } catch (thrown) {
      count({ provider: 'unknown', verdict: 'failed' })
      ctx.log.error({ err: thrown, requestId: c.get('requestId') }, 'a webhook could not be stored')
      return problem(c, notStored(thrown))
    }
  })

  return app
}

const rawBodyOf = async (c: RequestContext) => Buffer.from(await c.req.arrayBuffer())

function answer(c: RequestContext, { verdict }: WebhookOutcome): Response {
  switch (verdict) {
    case 'stored':
    case 'repeated':
    case 'ping':
      return c.body(null, 200)
    case 'unknown':
      return problem(c, new RollcallError('not_found', 'There is nothing at this address.'))
    case 'unsigned':
    case 'forged':
      return problem(c, new RollcallError('not_allowed', 'The delivery is not signed as agreed.'), 401)
    case 'stale':
      return problem(c, new RollcallError('not_allowed', 'The delivery was signed at another time.'), 401)
    default:
      return verdict satisfies never
  }
}

/** Whatever is still under way after that may yet be stored; it is then recognised when it comes again. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not stored in time')), ANSWER_WITHIN_MS)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function notStored(cause: unknown): RollcallError {
  return new RollcallError('database_unavailable', 'The delivery could not be stored.', {
    retry: later(TRY_AGAIN_MS),
    remedy: 'Send it again later.',
    cause,
  })
}
