import { later, RollcallError } from '../errors.ts'
import type { Probe, Provider, ProviderClient } from './provider.ts'

/** A person is waiting in a browser: shorter than the minute after which proxies give up. */
const PROBE_TIMEOUT_MS = 25_000

export function probeWithin(
  provider: Provider,
  client: ProviderClient,
  timeoutMs = PROBE_TIMEOUT_MS,
): Promise<Probe> {
  return answeredWithin(provider, provider.probe(client), timeoutMs)
}

/** The client's own retries may take longer than a person waits; what they come to is then no longer of interest. */
export async function answeredWithin<T>(
  provider: Provider,
  answer: Promise<T>,
  timeoutMs: number,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(provider, timeoutMs)), timeoutMs)
  })
  try {
    return await Promise.race([answer, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function tooSlow(provider: Provider, timeoutMs: number): RollcallError {
  return new RollcallError(
    'provider_timeout',
    `${provider.label} did not answer within ${timeoutMs / 1000} seconds.`,
    { retry: later(), remedy: 'Wait a minute and try again.' },
  )
}
