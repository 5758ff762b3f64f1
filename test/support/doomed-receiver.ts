import { openDatabase } from '../../src/db/client.ts'
import { createHttpApp } from '../../src/http/app.ts'
import type { Actor } from '../../src/model.ts'
import { makeContext } from './seed.ts'

/** A web process that takes one delivery and dies in the very moment in which it has answered. */
const [url = '', path = '', body = '', signature = ''] = process.argv.slice(2)
const handle = openDatabase(url)
const context = (actor: Actor) => makeContext({ ...handle, drop: handle.close }, { actor })
const app = createHttpApp({
  makeContext: context,
  config: { publicUrl: 'https://rollcall.example', apiToken: null, slackApiUrl: null, supportChannel: null },
  handle,
  log: context({ kind: 'system' }).log,
  worker: null,
})
const { status } = await app.request(path, { method: 'POST', body, headers: { 'Bob-Signature': signature } })
console.log(status)
process.kill(process.pid, 'SIGKILL')
