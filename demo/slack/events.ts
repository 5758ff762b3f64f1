import { setTimeout as sleep } from 'node:timers/promises'
import { type Delivery, deliver } from './deliver.ts'
import type { DeskState } from './desk.ts'
import { appId, botUserId, team } from './seed.ts'
import { nextId, nextTs } from './workspace.ts'

/**
 * Delivers an event, and answers when the first try is over. Repetitions go on behind it, with Slack's
 * retry headers, until the app acknowledges, forbids them or has had its fill.
 */
export async function sendEvent(desk: DeskState, event: { type: string; [key: string]: unknown }) {
  if (desk.manifest && !desk.manifest.events.includes(subscriptionFor(event))) return null
  const ts = nextTs(desk.ws)
  const body = JSON.stringify({
    type: 'event_callback',
    token: 'rehearsal',
    team_id: team.id,
    api_app_id: appId,
    event_id: nextId(desk.ws, 'Ev'),
    event_time: Math.floor(Number(ts)),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event: { event_ts: ts, ...event },
  })
  const first = await deliver(desk, eventParcel(event.type, body, {}))
  if (!first.ok && first.retry) void retry(desk, event.type, body, first)
  return first
}

function subscriptionFor(event: { type: string; [key: string]: unknown }) {
  return event.type === 'message' && event['channel_type'] === 'im' ? 'message.im' : event.type
}

const eventParcel = (type: string, body: string, headers: Record<string, string>) => ({
  name: `event ${type}`,
  contentType: 'application/json' as const,
  body,
  headers,
})

async function retry(desk: DeskState, type: string, body: string, first: Extract<Delivery, { ok: false }>) {
  let last: Delivery = first
  for (const [index, delayMs] of desk.settings.retryDelaysMs.entries()) {
    if (last.ok || !last.retry) return
    try {
      await sleep(delayMs, undefined, { signal: desk.closing.signal, ref: false })
    } catch {
      return // the desk is closing
    }
    const headers = { 'x-slack-retry-num': String(index + 1), 'x-slack-retry-reason': retryReason(last) }
    last = await deliver(desk, eventParcel(type, body, headers))
  }
}

function retryReason(failure: Extract<Delivery, { ok: false }>) {
  if (failure.reason === 'timeout') return 'http_timeout'
  return failure.reason === 'status' ? 'http_error' : 'connection_failed'
}
