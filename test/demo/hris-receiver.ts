import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from 'vitest'

export type Received = { headers: IncomingHttpHeaders; body: string }

export type Receiver = {
  url: string
  received: Received[]
  /** The next answers, in order; then 200. */
  answers: number[]
}

/** Somebody's own server that webhooks are sent to, closed after the test. */
export function receiversForTests() {
  const running: Server[] = []
  afterEach(() => {
    for (const server of running.splice(0)) server.close()
  })
  return async (): Promise<Receiver> => {
    const receiver: Receiver = { url: '', received: [], answers: [] }
    const server = createServer(async (request, response) => {
      receiver.received.push({ headers: request.headers, body: await text(request) })
      response.writeHead(receiver.answers.shift() ?? 200).end()
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
    running.push(server)
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    return receiver
  }
}
