import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Faults } from './faults.ts'

/** The answer that a fault gives in place of the real one; `null` lets the request go on. */
export async function faultAnswer(
  struck: readonly Fault[],
  faults: Faults,
  signal: AbortSignal,
): Promise<Response | null> {
  for (const fault of struck) {
    const answer = await oneAnswer(fault, faults, signal)
    if (answer) return answer
  }
  return null
}

async function oneAnswer(fault: Fault, faults: Faults, signal: AbortSignal): Promise<Response | null> {
  switch (fault.kind) {
    case 'slow':
      await sleep(fault.ms, undefined, { signal }).catch(() => undefined)
      return null
    case 'hang':
      await Promise.race([faults.whenCleared(), aborted(signal)])
      return null
    case 'unauthorized':
      return new Response(null, { status: 401 })
    case 'rate_limited':
      return errorAnswer(429, 'too_many_requests', 'Too many requests', fault.retryAfterSeconds)
    case 'unavailable':
      return errorAnswer(503, 'service_unavailable', 'Service unavailable', fault.retryAfterSeconds)
    case 'wrong_type':
      return new Response('<!doctype html><title>Scheduled maintenance</title><p>We will be back soon.', {
        headers: { 'content-type': 'text/html; charset=utf-8' },
      })
    case 'redirect':
      return new Response(null, { status: 302, headers: { location: fault.to } })
    case 'empty':
    case 'shrink':
    case 'truncated':
    case 'missing_field':
      return null // These change the data: see hibob-search.ts.
    default:
      return fault satisfies never
  }
}

/** HiBob's own error body. */
export function errorAnswer(
  status: number,
  key: string,
  error: string,
  retryAfterSeconds: number | null = null,
): Response {
  const headers = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }
  return Response.json({ key, error }, { status, headers })
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) resolve()
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise
}
