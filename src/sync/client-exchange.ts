import { RollcallError } from '../errors.ts'
import { brokenAnswer, notJson, refusal, sentElsewhere, tooLarge, unanswered } from './client-errors.ts'
import type { HttpAnswer, HttpRequest, Send } from './client-send.ts'
import type { Provider, ProviderAnswer, ProviderRequest } from './provider.ts'

export type Exchange = {
  provider: Provider
  url: URL
  /** Carries the credentials: never part of an error, never logged. */
  headers: Headers
  request: ProviderRequest
  limits: { timeoutMs: number; maxBytes: number }
  send: Send
}

/** `movedTo`: the same request may be sent there again, which is a request of its own. */
export type Answered = ProviderAnswer | { movedTo: URL }

/** One question and its answer. Throws `RollcallError` only; its `retry` says whether asking again may help. */
export async function exchange(about: Exchange): Promise<Answered> {
  const { provider, url, headers, request, limits, send } = about
  const signal = AbortSignal.timeout(limits.timeoutMs)
  const asked: HttpRequest = {
    method: request.method,
    headers: requestHeaders(headers, request),
    signal,
    ...bodyOf(request),
  }
  const answer = await send(url, asked).catch((thrown: unknown) => {
    throw unanswered(provider, signal.aborted, thrown)
  })
  const isOk = answer.status >= 200 && answer.status <= 299
  if (isOk && request.method !== 'DELETE')
    return { body: await readJson(provider, answer, limits.maxBytes, signal), headers: answer.headers }
  await answer.discard().catch(() => undefined)
  if (isOk) return { body: null, headers: answer.headers }
  if (answer.status < 300 || answer.status > 399) throw refusal(provider, answer)
  const movedTo = redirectTarget(url, answer, request.method)
  if (movedTo === null) throw sentElsewhere(provider)
  return { movedTo }
}

function requestHeaders(authorization: Headers, request: ProviderRequest): Headers {
  const headers = new Headers(authorization)
  headers.set('accept', 'application/json')
  headers.set('user-agent', 'Rollcall')
  if (request.form !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded')
  else if (request.body !== undefined) headers.set('content-type', 'application/json')
  return headers
}

function bodyOf({ body, form }: ProviderRequest): { body?: string } {
  if (form !== undefined) return { body: new URLSearchParams(form).toString() }
  return body === undefined ? {} : { body: JSON.stringify(body) }
}

/** A vendor's "next" link may be absolute; it is followed with our credentials only to the very same origin. */
export function resolveUrl(provider: Provider, baseUrl: string, { path, query }: ProviderRequest): URL {
  const base = new URL(baseUrl)
  const isAbsolute = /^([a-z][a-z\d+.-]*:|\/\/|\\)/i.test(path)
  const target = isAbsolute ? path : `${baseUrl}${path}`
  if (!URL.canParse(target, base.href)) throw sentElsewhere(provider)
  const url = new URL(target, base)
  if (url.origin !== base.origin) throw sentElsewhere(provider)
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  return url
}

/** `null` unless the same request may be sent there again: same origin, and no POST turned into a GET. */
function redirectTarget(
  from: URL,
  { status, headers }: HttpAnswer,
  method: ProviderRequest['method'],
): URL | null {
  const location = headers.get('location')
  if (location === null || !URL.canParse(location, from.href)) return null
  const target = new URL(location, from)
  const keepsMethod = method === 'GET' || status === 307 || status === 308
  return keepsMethod && target.origin === from.origin ? target : null
}

async function readJson(
  provider: Provider,
  answer: HttpAnswer,
  maxBytes: number,
  signal: AbortSignal,
): Promise<unknown> {
  const type = answer.headers.get('content-type') ?? ''
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    await answer.discard().catch(() => undefined)
    throw notJson(provider)
  }
  const text = await readCapped(provider, answer, maxBytes).catch((thrown: unknown) => {
    if (thrown instanceof RollcallError) throw thrown
    throw signal.aborted ? unanswered(provider, true, thrown) : brokenAnswer(provider)
  })
  try {
    // PostgreSQL cannot store the NUL sign; here it is taken out once for all that is read.
    return text.includes('\\u0000') ? JSON.parse(text, withoutNul) : JSON.parse(text)
  } catch {
    // The parser's own message quotes the answer, which is full of people.
    throw brokenAnswer(provider)
  }
}

function withoutNul(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '') : value
}

async function readCapped(provider: Provider, { body }: HttpAnswer, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(provider, maxBytes)
    chunks.push(chunk)
  }
  return toText(chunks, size)
}

/** For one answer at a time, between two awaits: a new one for each page would keep the garbage collector busy. */
const scratch = Buffer.allocUnsafeSlow(1024 * 1024)

function toText(chunks: readonly Uint8Array[], size: number): string {
  if (size > scratch.length) return Buffer.concat(chunks, size).toString('utf8')
  let at = 0
  for (const chunk of chunks) {
    scratch.set(chunk, at)
    at += chunk.byteLength
  }
  return scratch.toString('utf8', 0, size)
}
