import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import type { ChangeLog } from './change-log.ts'
import type { Courier } from './courier.ts'
import { faultAnswer } from './fault-answers.ts'
import type { Fault } from './faults.ts'
import type { HookBook } from './hook-book.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Rehearsal } from './rehearsal.ts'

/** What the wire of a vendor with pages and webhooks stands on. `perMinute` is per endpoint; `null` for no limit. */
export type Wire = {
  rehearsal: Rehearsal
  log: ChangeLog
  book: HookBook
  courier: Courier
  perMinute: number | null
}

export type WireEnv = { Bindings: HttpBindings; Variables: { faults: Fault[] } }

/** A vendor's own way to refuse. */
export type Refuse = (c: Context, status: number, message: string, retryAfter: string | null) => Response

/** Rate limits and faults, refused in the vendor's own way. */
export function limitsAndFaults(
  { rehearsal, perMinute }: Wire,
  endpointOf: (c: Context) => string,
  isPeopleList: (endpoint: string) => boolean,
  refuse: Refuse,
): MiddlewareHandler<WireEnv> {
  const take = perMinute === null ? null : createRateLimit(perMinute)
  return async (c, next) => {
    const endpoint = endpointOf(c)
    const now = Date.now()
    const allowance = take?.(endpoint, now)
    if (allowance?.ok === false) {
      const waitSeconds = Math.max(1, Math.ceil(allowance.resetSeconds - now / 1000))
      return refuse(c, 429, 'Too many requests', String(waitSeconds))
    }
    const struck = rehearsal.faults.strike(isPeopleList(endpoint) ? 'search' : 'other')
    c.set('faults', struck)
    const answer = await faultAnswer(struck, rehearsal.faults, c.req.raw.signal)
    if (!answer) return next()
    if (answer.status < 400) return answer
    return refuse(c, answer.status, FAULT_WORDS[answer.status] ?? '', answer.headers.get('retry-after'))
  }
}

const FAULT_WORDS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  429: 'Too many requests',
  503: 'Service unavailable',
}

/** The body as JSON; `undefined` when it is none. */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text()
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
