import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ProviderWebhook } from '../provider.ts'

const bodySchema = z.object({ data: z.object({ employeeId: z.string().min(1) }) })
const PING = 'Ping test'
const pingSchema = z.union([z.literal(PING), z.object({ text: z.literal(PING) })])

/** https://apidocs.hibob.com/reference/getting-started-webhooks */
export const webhook = {
  /** Base64 of HMAC-SHA512 over the body. Bob signs no time, so a replay is for the inbox to recognise. */
  verify: ({ headers, rawBody }, secret) => {
    const given = headers.get('bob-signature')
    if (given === null) return 'unsigned'
    const expected = createHmac('sha512', secret).update(rawBody).digest('base64')
    return secret !== '' && isSame(given, expected) ? 'genuine' : 'forged'
  },
  recordIds: (body) => {
    const parsed = bodySchema.safeParse(body)
    return parsed.success ? [parsed.data.data.employeeId] : []
  },
  isSetUpPing: (body) => pingSchema.safeParse(body).success,
} satisfies ProviderWebhook

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
