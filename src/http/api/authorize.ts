import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { RollcallError } from '../../errors.ts'
import { problem } from '../problem.ts'

/** `Authorization: Bearer API_TOKEN`. Compared by hash, so that neither length nor content shows in the timing. */
export function authorize(apiToken: string | null): MiddlewareHandler {
  const expected = apiToken === null ? null : sha256(apiToken)
  return async (c, next) => {
    c.header('Cache-Control', 'no-store')
    const given = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
    if (expected !== null && given !== undefined && timingSafeEqual(sha256(given), expected)) return next()
    c.header('WWW-Authenticate', 'Bearer')
    return problem(c, expected === null ? switchedOff() : refused(), 401)
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

function switchedOff(): RollcallError {
  return new RollcallError('not_allowed', 'The API is switched off: no API_TOKEN is set.', {
    remedy:
      'Set API_TOKEN to a long random value, restart, and send it as "Authorization: Bearer <API_TOKEN>".',
  })
}

function refused(): RollcallError {
  return new RollcallError('not_allowed', 'The request does not carry the API token.', {
    remedy: 'Send "Authorization: Bearer <API_TOKEN>".',
  })
}
