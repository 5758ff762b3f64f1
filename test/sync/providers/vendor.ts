import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Employee, StandardField } from '../../../src/model.ts'
import type { Credentials } from '../../../src/sync/provider.ts'

/**
 * A vendor as its documents describe it, for the conformance suite: `test/fixtures/<id>/vendor.ts` exports one as
 * `vendor`. Rows are the vendor's own, and so are its answers.
 */
export type Vendor = {
  credentials: Credentials
  /** What `apiUrl` ends with: requests come there, and nowhere else. */
  basePath: string
  /** The answer to a request, or `undefined` where this vendor has no such address. `people` may be endless. */
  answer: (request: VendorRequest, people: People) => unknown
  /** Whether a request is for people, and not for a list of fields or a token. */
  isForPeople: (request: VendorRequest) => boolean
  /** Whether it is for what can be chosen in a field; `null` where that comes with the list of fields. */
  isForChoices: ((request: VendorRequest) => boolean) | null
  /** The first, number 0, is the documented example; all others are like it, each with an id of its own. */
  row: (index: number) => Row
  /** What becomes of row 0 on `TODAY`. */
  employee: Employee
  /** Row 0 with another word for its status. */
  withStatus: (word: string) => Row
  /** Row 0 without one field, and the standard field that is not delivered then. */
  withoutOne: { row: Row; unread: StandardField }
  /** Row 0 with an id and nothing else but nulls. */
  allNull: Row
  /** An answer for people that always says there is more; `null` where the vendor has no pages. */
  endless: ((request: VendorRequest, people: People) => unknown) | null
  /** The headers of a delivery; `null` where the vendor sends none or signs none. */
  sign: ((body: string, secret: string, now: Date) => Record<string, string>) | null
  /** `false` where a delivery carries a token, and its bytes are not signed. */
  signsBody?: false
  /** A delivery, and whom it is about. */
  delivery: { body: unknown; recordIds: readonly string[] } | null
}

export type Row = Record<string, unknown>
export type People = { count: number; row: (index: number) => Row }
export type VendorRequest = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: the vendor reads what it was sent.
  body: any
}

export const TODAY = '2026-11-23'

/** In place of an answer; `undefined` lets the vendor answer by itself. */
export type Trouble = (request: VendorRequest, response: ServerResponse) => true | undefined

export type RunningVendor = { url: string; requests: VendorRequest[]; close: () => void }

/** The vendor over real HTTP, on loopback. */
export async function startVendor(vendor: Vendor, people: People, trouble?: Trouble): Promise<RunningVendor> {
  const requests: VendorRequest[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
    const text = Buffer.concat(chunks).toString()
    const url = new URL(incoming.url ?? '/', 'http://vendor')
    const request: VendorRequest = {
      method: incoming.method ?? '',
      path: url.pathname.slice(vendor.basePath.length),
      query: url.searchParams,
      headers: incoming.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    requests.push(request)
    if (trouble?.(request, response)) return
    const answer = url.pathname.startsWith(vendor.basePath) ? vendor.answer(request, people) : undefined
    if (answer === undefined) response.writeHead(404).end()
    else sendJson(response, answer)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export function sendJson(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}
