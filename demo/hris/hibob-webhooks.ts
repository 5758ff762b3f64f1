import { createHmac } from 'node:crypto'
import type { Change } from './change-log.ts'
import { BOB_FIELDS } from './hibob-fields.ts'
import { lifecycleOf } from './person.ts'
import type { Wire } from './wire.ts'

const COMPANY_ID = 636192
const PING = 'Ping test'

/**
 * HiBob's webhooks v2, which an admin sets up on a page: here on the control page or over HTTP.
 * https://apidocs.hibob.com/reference/getting-started-webhooks
 */
export function hibobWebhooks({ book, courier, log }: Wire) {
  log.onChange((changes) => {
    for (const event of changes.flatMap(eventsOf)) {
      const body = JSON.stringify(event)
      const hook = book.hooks.hibob
      if (!hook) continue
      const headers = { 'Bob-Signature': bobSignature(hook.secret, body) }
      courier.send(
        'hibob',
        () => ({ url: hook.url, headers, body }),
        (status) => status !== 200,
      )
    }
  })

  return {
    /** Replaces the former one. Kept only if the address answers the ping, in one of its two forms, with 200. */
    async setUp(url: string, secret: string): Promise<boolean> {
      for (const ping of [PING, { text: PING }]) {
        const status = await courier.attempt('hibob', { url, headers: {}, body: JSON.stringify(ping) })
        if (status !== 200) continue
        book.hooks.hibob = { url, secret }
        book.save()
        return true
      }
      return false
    },
    remove(): void {
      book.hooks.hibob = null
      book.save()
    },
  }
}

export type HibobWebhooks = ReturnType<typeof hibobWebhooks>

export function bobSignature(secret: string, body: string): string {
  return createHmac('sha512', secret).update(body).digest('base64')
}

/** Ids of people and of fields, and never a value. */
function eventsOf({ was, is, from, to, at }: Change) {
  const envelope = (type: string, rest: object = {}) => ({
    companyId: COMPANY_ID,
    type,
    triggeredBy: 'system',
    // The vendor leaves out the time zone, and has microseconds.
    triggeredAt: `${at.toISOString().slice(0, -1)}000`,
    version: 'v2',
    data: { employeeId: is.id, ...rest },
  })
  if (was === null) return [envelope('employee.created')]
  const changed = BOB_FIELDS.filter(({ read }) => read(was, from) !== read(is, to))
  const [before, after] = [lifecycleOf(was, from), lifecycleOf(is, to)]
  return [
    ...(changed.length > 0
      ? [envelope('employee.updated', { fieldUpdates: changed.map(({ id }) => ({ id })) })]
      : []),
    ...(before === 'hired' && after === 'employed' ? [envelope('employee.joined')] : []),
    ...(before !== 'terminated' && after === 'terminated' ? [envelope('employee.left')] : []),
  ]
}
