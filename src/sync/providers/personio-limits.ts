import type { RequestLimit } from '../provider.ts'

const CHANGELOG = 'https://developer.personio.de/changelog'
const EMPLOYEES = `${CHANGELOG}/rate-limits-on-get-employees-endpoint-may-6-2024`
const SENDERS = `${CHANGELOG}/ip-address-based-rate-limiting-v1-endpoints`
const TOKENS = 'https://developer.personio.de/reference/auth'
const WEBHOOKS = 'https://developer.personio.de/reference/webhooks'

const employees = { under: '/v1/company/employees', countedBy: 'account', source: EMPLOYEES } as const
const tokens = { countedBy: 'account', requests: 60, perMs: 60_000, source: TOKENS } as const

export const limits: readonly RequestLimit[] = [
  { scope: 'employees a minute', ...employees, requests: 300, perMs: 60_000 },
  { scope: 'employees a second', ...employees, requests: 15, perMs: 1_000 },
  { scope: 'v1', under: '/v1/', countedBy: 'sender', requests: 2_000, perMs: 60_000, source: SENDERS },
  // A newer page says 150, an older one 60; who asks too often waits a minute.
  { scope: 'v1 tokens', under: '/v1/auth', ...tokens },
  { scope: 'v2 tokens', under: '/v2/auth/', ...tokens },
  // Personio counts here as well, but says no number.
  { scope: 'webhooks', under: '/v2/webhooks', countedBy: 'account', atOnce: 2, source: WEBHOOKS },
]
