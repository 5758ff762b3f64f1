import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildPages, PAGE_SIZE, pageBody } from './people.ts'

/**
 * Serves `/<people>/<day>/people?cursor=`. A company that `/<people>/<day>/ready` was asked for comes from ready
 * bytes, so that the HR system's own work costs the other side nothing; any other is made as it goes.
 */
let ready: { key: string; pages: Buffer[] } | null = null

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, people = '0', day = '0', what = ''] = url.pathname.split('/')
  const key = `${people}/${day}`
  if (what === 'ready') {
    ready = { key, pages: buildPages(Number(people), Number(day)) }
    response.end()
    return
  }
  const cursor = Number(url.searchParams.get('cursor'))
  const body =
    (ready?.key === key && ready.pages[cursor / PAGE_SIZE]) || pageBody(Number(people), Number(day), cursor)
  response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())
