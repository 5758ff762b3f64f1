import type { RequestLimit } from '../provider.ts'

const A_MINUTE = { countedBy: 'account', perMs: 60_000 } as const
const source = 'https://apidocs.hibob.com/docs/rate-limit'

/** Bob counts each of its addresses by itself, for every service user. */
export const limits: readonly RequestLimit[] = [
  { scope: 'search', under: '/people/search', requests: 50, ...A_MINUTE, source },
  { scope: 'metadata', under: '/company/', requests: 50, ...A_MINUTE, source },
]
