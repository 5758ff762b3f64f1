import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { ProviderSession, Session } from '../provider.ts'

const token = z.string().regex(/^[\x21-\x7e]+$/)
const seconds = z.number().positive()
const v1Schema = z.object({ data: z.object({ token, expires_in: seconds.default(86_400) }) })
const v2Schema = z.object({ access_token: token, expires_in: seconds })

/** Each version of the API has a token of its own. https://developer.personio.de/reference/auth */
export const sessions: readonly ProviderSession[] = [
  {
    under: '/v1/company/',
    async open(client, { clientId = '', clientSecret = '' }) {
      const { body } = await client.json({
        method: 'POST',
        path: '/v1/auth',
        body: { client_id: clientId, client_secret: clientSecret },
      })
      const answer = v1Schema.safeParse(body)
      if (!answer.success) throw noToken()
      return sessionOf(answer.data.data.token, answer.data.data.expires_in)
    },
    // Credentials made long ago change their token with every answer, all others repeat it.
    renewedBy(answer) {
      const authorization = answer.get('authorization') ?? ''
      return /^Bearer [\x21-\x7e]+$/.test(authorization) ? { authorization } : null
    },
  },
  {
    under: '/v2/webhooks',
    async open(client, { clientId = '', clientSecret = '' }) {
      const { body } = await client.json({
        method: 'POST',
        path: '/v2/auth/token',
        form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
      })
      const answer = v2Schema.safeParse(body)
      if (!answer.success) throw noToken()
      return sessionOf(answer.data.access_token, answer.data.expires_in)
    },
  },
]

function sessionOf(value: string, lifetimeSeconds: number): Session {
  return { headers: { authorization: `Bearer ${value}` }, lifetimeMs: lifetimeSeconds * 1000 }
}

/** Without the cause, which would quote the token. */
function noToken(): RollcallError {
  return new RollcallError('provider_bad_answer', 'Personio answered without a token.', {
    remedy: 'Personio may have changed its API: tell support.',
  })
}
