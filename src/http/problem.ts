import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, RollcallError, toRollcallError } from '../errors.ts'

/** What a caller over HTTP gets for each code. The HR system's own troubles are its gateway's: 502 to 504. */
export const ANSWERS: Readonly<Record<ErrorCode, { status: ContentfulStatusCode; title: string }>> = {
  bad_request: { status: 400, title: 'The request cannot be used' },
  not_found: { status: 404, title: 'Not found' },
  not_allowed: { status: 403, title: 'Not allowed' },
  conflict: { status: 409, title: 'The state has moved on' },
  expired: { status: 410, title: 'Too old' },
  provider_key_refused: { status: 502, title: 'The HR system refused the credentials' },
  provider_forbidden: { status: 502, title: 'The HR system refused permission' },
  provider_rate_limited: { status: 503, title: 'The HR system asks to wait' },
  provider_unavailable: { status: 502, title: 'The HR system is not available' },
  provider_timeout: { status: 504, title: 'The HR system did not answer in time' },
  provider_bad_answer: { status: 502, title: 'The HR system gave an unusable answer' },
  provider_empty: { status: 502, title: 'The HR system showed nobody' },
  provider_redirected: { status: 502, title: 'The HR system sent us elsewhere' },
  provider_too_large: { status: 502, title: 'The HR system answered with too much' },
  slack_failed: { status: 502, title: 'Slack did not accept something' },
  database_unavailable: { status: 503, title: 'The database is not available' },
  secret_unreadable: { status: 500, title: 'Stored credentials cannot be opened' },
  bad_settings: { status: 500, title: 'The settings need attention' },
  internal: { status: 500, title: 'Something went wrong on our side' },
}

/** RFC 9457. `requestId` is in the log beside the cause. */
export function problem(c: Context, error: RollcallError, status = ANSWERS[error.code].status): Response {
  const { retry, code, message, remedy } = error
  if (retry.when === 'later' && retry.afterMs !== null) {
    c.header('Retry-After', String(Math.ceil(retry.afterMs / 1000)))
  }
  const body = {
    type: 'about:blank',
    title: ANSWERS[code].title,
    status,
    detail: message,
    code,
    remedy,
    requestId: c.get('requestId'),
  }
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' })
}

/** Hono's own refusals (another site's form, a body too large) as one of ours. */
export function asRollcallError(thrown: unknown): RollcallError {
  if (!(thrown instanceof HTTPException)) return toRollcallError(thrown)
  if (thrown.status === 403) {
    return new RollcallError('not_allowed', 'This form was sent from another site, so it was not accepted.', {
      remedy: 'Open the page itself and send the form from there.',
    })
  }
  const message = thrown.status === 413 ? 'What was sent is too large.' : 'The request cannot be used.'
  return new RollcallError('bad_request', message, { cause: thrown })
}
