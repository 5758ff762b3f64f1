import { randomBytes } from 'node:crypto'

const LIFE_MS = 86_400_000

export const TOKEN_LIFE_SECONDS = LIFE_MS / 1000

export type Tokens = ReturnType<typeof createTokens>

/** One token for each version of the API: the same one for 24 hours, however often it is asked for. */
export function createTokens() {
  let token = ''
  let validUntil = 0
  return {
    issue(now: number): string {
      if (now >= validUntil) {
        token = `papi-${randomBytes(24).toString('base64url')}`
        validUntil = now + LIFE_MS
      }
      return token
    },
    isValid: (header: string | undefined, now: number) => now < validUntil && header === `Bearer ${token}`,
  }
}
