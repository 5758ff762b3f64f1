import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'

/** Each version of the API has its own form of error. */
export function refuse(c: Context, status: number, message: string, retryAfter: string | null): Response {
  const answer = c.req.path.startsWith('/personio/v2/') ? v2Error(status, message) : v1Error(status, message)
  if (retryAfter !== null) answer.headers.set('retry-after', retryAfter)
  return answer
}

export function v1Error(status: number, message: string): Response {
  return Response.json({ success: false, error: { code: status, message } }, { status })
}

export function v2Error(status: number, detail: string, rest: object = {}): Response {
  const error = { title: `Error ${status}`, detail, type: 'https://developer.personio.de/', _meta: {} }
  const body = {
    personio_trace_id: randomUUID(),
    timestamp: new Date().toISOString(),
    errors: [error],
    ...rest,
  }
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}
