/**
 * The one error class. `code` is closed, so that every edge can hold one table from code to answer;
 * `retry` says when trying the same thing again could help, so that nobody decides on message text.
 */
export const ERROR_CODES = [
  'bad_request', // what a person or a caller gave cannot be used
  'not_found',
  'not_allowed', // known, but not permitted
  'conflict', // somebody else was first, or the state moved on
  'expired', // a link or an approval that is too old
  'provider_key_refused', // 401: the HR system does not accept the credentials
  'provider_forbidden', // 403, or a field that permission took away
  'provider_rate_limited',
  'provider_unavailable', // 5xx, no answer, connection reset
  'provider_timeout',
  'provider_bad_answer', // truncated, not JSON, another shape than documented
  'provider_empty', // 200 with nobody in it
  'provider_redirected', // sent us to another host
  'provider_too_large',
  'slack_failed',
  'database_unavailable',
  'secret_unreadable', // sealed under a key we do not have
  'bad_settings',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** `never`: a person must change something. `later`: the same call may succeed, at the earliest after `afterMs`. */
export type Retry = { when: 'never' } | { when: 'later'; afterMs: number | null }

export const NEVER: Retry = { when: 'never' }
export const later = (afterMs: number | null = null): Retry => ({ when: 'later', afterMs })

export class RollcallError extends Error {
  override readonly name = 'RollcallError'
  readonly code: ErrorCode
  readonly retry: Retry
  /** What to do about it, a full sentence for the person who sees it; `null` where nothing helps. */
  readonly remedy: string | null
  /** Standard fields that it is about; mostly none. */
  readonly fields: readonly string[]

  /** @param message what happened, in one plain sentence that holds no secret and no personal data */
  constructor(
    code: ErrorCode,
    message: string,
    options: { retry?: Retry; remedy?: string; fields?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.retry = options.retry ?? NEVER
    this.remedy = options.remedy ?? null
    this.fields = options.fields ?? []
  }
}

/** Anything thrown, as one of ours. A surprise becomes `internal`; its own text stays in `cause`, for the log. */
export function toRollcallError(thrown: unknown): RollcallError {
  if (thrown instanceof RollcallError) return thrown
  return new RollcallError('internal', 'Something went wrong on our side.', {
    remedy: 'Nothing was changed. Try again; if it keeps happening, tell support the reference below.',
    cause: thrown,
  })
}
