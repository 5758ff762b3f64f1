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
  // Bob has no API for it: an admin enters the address there, and brings the secret back.
  setUp: {
    by: 'admin',
    instructions: [
      {
        text: 'In Bob, open System settings > Integrations > Automation and find Webhooks.',
        strong: ['System settings > Integrations > Automation', 'Webhooks'],
      },
      { text: 'Add a webhook with the address below, and choose version v2.', strong: ['v2'] },
      {
        text: 'Tick every Employee event and every Table entry event, then save. Bob tries the address out.',
        strong: ['Employee', 'Table entry'],
      },
      { text: 'Copy the secret that Bob shows in the settings of this webhook, and paste it here.' },
    ],
    secret: {
      label: 'Webhook secret',
      hint: 'Stored encrypted and never shown again. Until it is here, what Bob sends is refused.',
      pattern: /^\S{8,500}$/,
      patternHint: 'The secret has no spaces and is at least 8 characters long.',
    },
  },
} satisfies ProviderWebhook

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
