import type { DestinationStream } from 'pino'
import pretty from 'pino-pretty'

/** For eyes, not for machines: one line for each entry. */
export function prettyLines(): DestinationStream {
  return pretty({ singleLine: true, translateTime: 'SYS:HH:MM:ss', sync: true })
}
