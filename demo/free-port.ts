import { once } from 'node:events'
import { createServer } from 'node:net'

/** `preferred` where it is free, so that a bookmark keeps working; otherwise any other, which is said. */
export async function freePort(preferred: number, what: string): Promise<number> {
  const port = await tryPort(preferred)
  if (port !== null) return port
  const other = (await tryPort(0)) ?? 0
  console.log(`Port ${preferred} is taken, so ${what} is on ${other}.`)
  return other
}

async function tryPort(wanted: number): Promise<number | null> {
  const server = createServer().listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return null
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : wanted
}
