import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, HTTPReceiver, LogLevel } from '@slack/bolt'
import { type Desk, type DeskOptions, startDesk } from '../../demo/slack/server.ts'

const signingSecret = 'rehearsal-signing-secret'
const botToken = 'xoxb-rehearsal'

export type Rehearsal = { desk: Desk; app: App; url: string; stop: () => Promise<void> }

/** A real Bolt app over HTTP, and the desk it takes for Slack. */
export async function rehearse(
  listen: (app: App) => void,
  options: Partial<DeskOptions> = {},
  secretOfApp = signingSecret,
): Promise<Rehearsal> {
  const desk = await startDesk({
    appUrl: 'http://127.0.0.1:1',
    signingSecret,
    botToken,
    manifest: null,
    ...options,
  })
  const receiver = new HTTPReceiver({
    signingSecret: secretOfApp,
    endpoints: ['/slack/events'],
    logLevel: LogLevel.ERROR,
    logger: silent,
  })
  const app = new App({
    token: botToken,
    receiver,
    logger: silent,
    clientOptions: { slackApiUrl: desk.apiUrl, rejectRateLimitedCalls: true },
  })
  listen(app)
  const server = createServer(receiver.requestListener)
  const url = await start(server)
  desk.setAppUrl(url)
  return {
    desk,
    app,
    url,
    async stop() {
      await desk.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function start(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}

export const plain = (text: string) => ({ type: 'plain_text' as const, text })

export const section = (text: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text },
})

export const button = (actionId: string, text = actionId) => ({
  type: 'button' as const,
  action_id: actionId,
  text: plain(text),
})

export const actions = (...ids: string[]) => ({
  type: 'actions' as const,
  elements: ids.map((id) => button(id)),
})

export const option = (value: string) => ({ text: plain(value.toUpperCase()), value })

export const nameInput = {
  type: 'input' as const,
  block_id: 'name',
  label: plain('Name'),
  element: { type: 'plain_text_input' as const, action_id: 'text' },
}

/** A modal with one text field, `name`/`text`, and a submit button. */
export const nameModal = (title = 'Name', extra: object = {}) => ({
  type: 'modal' as const,
  callback_id: 'name',
  title: plain(title),
  submit: plain('Save'),
  blocks: [nameInput],
  ...extra,
})

/** Waits for what happens after an ack. */
export async function eventually<T>(read: () => T | null | undefined | false): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const value = read()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it did not happen within 2 s')
}
