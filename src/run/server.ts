import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { RollcallError } from '../errors.ts'

export type WebServer = {
  port: number
  /** Until then every request is answered 503, so that a load balancer waits and Slack tries again. */
  open(listener: RequestListener): void
  /** Takes no new request, lets the running ones finish, and cuts what is left after `withinMs`. */
  close(withinMs: number): Promise<void>
}

/** One port for everything. Taken before anything else starts: a busy one is the commonest mistake. */
export async function listen(host: string, port: number): Promise<WebServer> {
  let current: RequestListener = answerStarting
  const server = createServer((request, response) => current(request, response))
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw explain(host, port, cause)
  })
  const address = server.address()
  let closing: Promise<void> | null = null
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    open(listener) {
      current = listener
    },
    close(withinMs) {
      closing ??= close(server, withinMs)
      return closing
    },
  }
}

/** @returns takes exactly `paths` itself and leaves the rest to `others` */
export function splitByPath(
  paths: readonly string[],
  own: RequestListener,
  others: RequestListener,
): RequestListener {
  const taken = new Set(paths)
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    return taken.has(path) ? own(request, response) : others(request, response)
  }
}

const answerStarting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'retry-after': '5', 'content-type': 'text/plain' }).end('Rollcall is starting.\n')
}

async function close(server: Server, withinMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const late = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed
  clearTimeout(late)
}

function explain(host: string, port: number, cause: unknown): RollcallError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const failed = (message: string, remedy: string) =>
    new RollcallError('bad_settings', message, { remedy, cause })
  if (code === 'EADDRINUSE') {
    return failed(`Port ${port} is taken by another program.`, 'Stop that one, or set PORT to a free port.')
  }
  if (code === 'EACCES')
    return failed(`Port ${port} is not open to this user.`, 'Set PORT to 1024 or higher.')
  return failed(`Nothing can listen on ${host}:${port} (${String(code)}).`, 'Correct HOST and PORT.')
}
