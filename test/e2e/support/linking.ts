import { expect } from 'vitest'
import type { Desk } from '../../../demo/slack/server.ts'
import { soon } from './soon.ts'

type Credentials = { id: string; token: string }

/**
 * From `/datasync connect` to Finish Setup: Dana in Slack, and what her browser sends from the linking window.
 * @param beforeReading runs when the credentials are accepted and the first retrieval is not yet asked for
 */
export async function connectHibob(
  desk: Desk,
  credentials: Credentials,
  beforeReading: () => unknown = () => undefined,
): Promise<void> {
  const dana = desk.as('U_DANA')
  await dana.command('/datasync connect')
  await soon(() => expect(dana.modal()?.title.text).toBe('Connect'))
  await dana.fill({ actionId: 'connect.provider', value: 'hibob' })
  await dana.submit()
  await soon(() => expect(JSON.stringify(dana.modal())).toContain('connect.page'))
  const { url } = await dana.click({ actionId: 'connect.page' })
  const post = await openLinkingWindow(url ?? '')
  await post('claim')
  await post('credentials', { serviceUserId: credentials.id, token: credentials.token })
  beforeReading()
  await post('finish')
  await dana.close()
}

/** As much of a browser as it needs: the cookie of its first page, and an Origin on what it posts. */
async function openLinkingWindow(link: string) {
  const opened = await fetch(link)
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const headers = { cookie, origin: new URL(link).origin }
  return async (step: string, fields: Record<string, string> = {}): Promise<void> => {
    const body = new URLSearchParams(fields)
    const answer = await fetch(`${link}/${step}`, { method: 'POST', redirect: 'manual', headers, body })
    if (answer.status !== 303) throw new Error(`${step}: ${answer.status} ${await answer.text()}`)
  }
}
