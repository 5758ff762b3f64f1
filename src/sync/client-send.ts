import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Agent, request } from 'undici'
import type { ProviderRequest } from './provider.ts'

/** One request as it goes over the wire. */
export type HttpRequest = {
  method: ProviderRequest['method']
  headers: Headers
  body?: string
  signal: AbortSignal
}

/** The body, unpacked, is to be read to its end or discarded, or its connection is lost to others. */
export type HttpAnswer = {
  status: number
  headers: Headers
  body: AsyncIterable<Uint8Array>
  discard(): Promise<void>
}

export type Send = (url: URL, request: HttpRequest) => Promise<HttpAnswer>

const dispatcher = new Agent()

/** Follows no redirect. A body costs half the time that it takes through the web streams of `fetch`. */
export const sendOverHttp: Send = async (url, { headers, ...asked }) => {
  const answer = await request(url, {
    ...asked,
    headers: { 'accept-encoding': 'gzip', ...Object.fromEntries(headers) },
    dispatcher,
  })
  return {
    status: answer.statusCode,
    headers: toHeaders(answer.headers),
    body: answer.headers['content-encoding'] === 'gzip' ? unpacked(answer.body) : answer.body,
    discard: () => answer.body.dump(),
  }
}

async function* unpacked(body: Readable): AsyncIterable<Uint8Array> {
  // What goes wrong comes out of the iteration.
  yield* pipeline(body, createGunzip(), () => undefined)
}

function toHeaders(from: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(from)) {
    for (const each of [value ?? []].flat()) headers.append(name, each)
  }
  return headers
}
