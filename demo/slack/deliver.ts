import { createHmac } from 'node:crypto'
import { type DeskState, record } from './desk.ts'

export type Delivery =
  | { ok: true; body: string }
  | { ok: false; reason: 'timeout' | 'unreachable' | 'status'; status: number; retry: boolean }

export type Parcel = {
  name: string
  contentType: 'application/x-www-form-urlencoded' | 'application/json'
  body: string
  headers?: Record<string, string>
}

/** Slack's own signature, version 0: an HMAC over the version, the time and the raw body. */
export function sign(signingSecret: string, timestamp: number, body: string) {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`
}

/** Hands one signed request to the app and waits for its answer as long as Slack would. */
export async function deliver(desk: DeskState, parcel: Parcel): Promise<Delivery> {
  const delivery = await send(desk, parcel)
  record(desk, {
    direction: 'out',
    name: parcel.name,
    ok: delivery.ok,
    error: delivery.ok ? null : describe(delivery),
    messages: [],
    body: parcel.body,
  })
  return delivery
}

async function send(desk: DeskState, { contentType, body, headers }: Parcel): Promise<Delivery> {
  const { signingSecret, ackTimeoutMs } = desk.settings
  // The app compares this with its own clock, so an injected clock must not reach it.
  const timestamp = Math.floor(Date.now() / 1000)
  const timeout = AbortSignal.timeout(ackTimeoutMs)
  try {
    const response = await fetch(new URL('/slack/events', desk.appUrl), {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([timeout, desk.closing.signal]),
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': sign(signingSecret, timestamp, body),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...headers,
      },
      body,
    })
    const answer = await response.text()
    if (response.ok) return { ok: true, body: answer }
    const retry = response.headers.get('x-slack-no-retry') !== '1'
    return { ok: false, reason: 'status', status: response.status, retry }
  } catch {
    return { ok: false, reason: timeout.aborted ? 'timeout' : 'unreachable', status: 0, retry: true }
  }
}

export function describe(failure: Extract<Delivery, { ok: false }>) {
  if (failure.reason === 'status') return `status ${failure.status}`
  return failure.reason
}
