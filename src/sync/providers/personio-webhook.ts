import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ProviderWebhook } from '../provider.ts'
import { authorizationOf, register, unregister } from './personio-registration.ts'

const id = z.union([z.string().min(1), z.int().positive().transform(String)])

/**
 * To be checked on a live account: that an event about employment names its person so, and that a person has the same
 * id in both versions of the API.
 */
const bodySchema = z.union([
  z
    .object({ event_name: z.string().startsWith('person.'), payload: z.object({ id }) })
    .transform(({ payload }) => payload.id),
  z
    .object({
      event_name: z.string().startsWith('employment.'),
      payload: z.object({ person: z.object({ id }) }),
    })
    .transform(({ payload }) => payload.person.id),
])

/** https://developer.personio.de/reference/webhooks: nothing is signed, and a delivery carries the token that we set. */
export const webhook = {
  verify: ({ headers }, secret) => {
    const given = headers.get('authorization')
    if (given === null) return 'unsigned'
    return secret !== '' && isSame(given, authorizationOf(secret)) ? 'genuine' : 'forged'
  },
  recordIds: (body) => {
    const parsed = bodySchema.safeParse(body)
    return parsed.success ? [parsed.data] : []
  },
  setUp: { by: 'api', register, unregister },
} satisfies ProviderWebhook

/** Digests are of one length, so that not even the length of the token can be found out. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
