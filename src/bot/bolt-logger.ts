import type { Logger as BoltLogger } from '@slack/bolt'
import { LogLevel } from '@slack/bolt'
import type { Logger } from 'pino'

/** Bolt's words in our log. Its debug lines hold whole payloads, so they go nowhere. */
export function boltLogger(log: Logger): BoltLogger {
  const words = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ')
  return {
    debug: () => undefined,
    info: (...parts) => log.debug(words(parts)),
    warn: (...parts) => log.warn(words(parts)),
    error: (...parts) => log.error(words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  }
}
