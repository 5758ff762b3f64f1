import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Relayed = { path: string; method: string; status: number; body: unknown }

/** What becomes of an answer. */
export type Change = (answer: Relayed) => Pick<Relayed, 'status' | 'body'>
/** Makes another question of one, in place; returns its body. */
export type Ask = (url: URL, body: string) => string

/** Stands between a client and the rehearsal HRIS. */
export async function startRelay(
  target: string,
  change: Change,
  ask: Ask = (_url, body) => body,
): Promise<{ url: string; close: () => void }> {
  const server = createServer(async (incoming, response) => {
    const url = new URL(`${target}${incoming.url}`)
    const sent = ask(url, (await buffer(incoming)).toString())
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = incoming.headers
    const method = incoming.method ?? 'GET'
    const answer = await fetch(url, {
      method,
      headers: headers as Record<string, string>,
      ...(sent === '' ? {} : { body: sent }),
    })
    const body: unknown = await answer.json().catch(() => null)
    const changed = change({ path: url.pathname, method, status: answer.status, body })
    response
      .writeHead(changed.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(changed.body))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
