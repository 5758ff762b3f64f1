import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ProviderWebhook } from '../provider.ts'
import { register, unregister } from './bamboohr-registration.ts'

/** The vendor names no window; a retry is signed anew, so that a delivery is never older than its way here. */
const WINDOW_MS = 5 * 60_000

const id = z.union([z.string().min(1), z.int().positive().transform(String)])
const bodySchema = z.union([
  z.object({ data: z.object({ employeeId: id }) }).transform(({ data }) => [data.employeeId]),
  // The older `employee_with_fields` events, several people in one delivery.
  z
    .object({ employees: z.array(z.object({ id })) })
    .transform((body) => body.employees.map((each) => each.id)),
])

/** https://documentation.bamboohr.com/docs/webhooks */
export const webhook = {
  /** Lower-case hex of HMAC-SHA256 over the body with the timestamp right behind it: no dot, no line break. */
  verify: ({ headers, rawBody }, secret, now) => {
    const given = headers.get('x-bamboohr-signature')
    const timestamp = headers.get('x-bamboohr-timestamp')
    if (given === null || timestamp === null) return 'unsigned'
    const expected = createHmac('sha256', secret).update(rawBody).update(timestamp).digest('hex')
    if (secret === '' || !isSame(given, expected)) return 'forged'
    const isInWindow = Math.abs(now.getTime() - Number(timestamp) * 1000) <= WINDOW_MS
    return /^\d{1,12}$/.test(timestamp) && isInWindow ? 'genuine' : 'stale'
  },
  recordIds: (body) => [...new Set(bodySchema.safeParse(body).data ?? [])],
  setUp: { by: 'api', register, unregister },
} satisfies ProviderWebhook

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
