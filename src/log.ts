import { type DestinationStream, type Logger, pino } from 'pino'
import { RollcallError } from './errors.ts'

export type { Logger } from 'pino'

/** Names under which a secret could travel. Personal data is not redacted here: it is not logged at all. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  'token',
  'botToken',
  'appToken',
  'apiToken',
  'accessToken',
  'password',
  'secret',
  'signingSecret',
  'clientSecret',
  'credentials',
  'encryptionKeys',
  'key',
]
const DEPTHS = ['', '*.', '*.*.', '*.*.*.']

/** JSON lines on stdout, or on `destination`. */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    redact: { paths: DEPTHS.flatMap((depth) => SECRET_KEYS.map((key) => depth + key)), censor: '[secret]' },
    serializers: { err: describeError },
  }
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination)
}

/**
 * What of an error may be read by whoever reads logs. Not its other properties: PostgreSQL puts the values
 * of a row into `detail`, HTTP clients put request headers into `config`.
 */
export function describeError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { message: `${typeof thrown} thrown` }
  return {
    type: thrown.name,
    ...('code' in thrown ? { code: thrown.code } : {}),
    message: thrown.message,
    ...(thrown instanceof RollcallError && thrown.cause === undefined ? {} : { stack: thrown.stack }),
    ...(thrown.cause === undefined ? {} : { cause: describeError(thrown.cause) }),
  }
}
