import type { Context } from 'hono'
import type { BambooField } from './bamboohr-fields.ts'
import type { Rehearsal } from './rehearsal.ts'

/** The newer endpoints say what is wrong as a problem document, the classic ones in a header beside an empty body. */
export function refuse(c: Context, status: number, message: string, retryAfter: string | null): Response {
  const isNewer = /\/v(2|1_2)\//.test(c.req.path)
  const answer = isNewer ? problem(c, status, `HTTP_${status}`, message) : classicError(status, message)
  if (retryAfter !== null) answer.headers.set('retry-after', retryAfter)
  return answer
}

export function problem(c: Context, status: number, code: string, detail: string): Response {
  const body = { type: 'about:blank', title: code, status, detail, instance: c.req.path, code }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}

export function classicError(status: number, message: string): Response {
  return new Response(null, { status, headers: { 'X-BambooHR-Error-Message': message } })
}

/** An access level names single fields or whole areas. */
export function isForbiddenField(rehearsal: Rehearsal, field: BambooField): boolean {
  return [field.category, field.alias, field.id, field.dataset].some(
    (name) => name !== null && rehearsal.isForbidden(name),
  )
}
