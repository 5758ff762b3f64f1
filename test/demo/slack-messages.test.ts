import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RespondFn } from '@slack/bolt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actions, type Rehearsal, rehearse, section } from './slack-app.ts'

let it: Rehearsal
let clockMs = 0
let respond: RespondFn
const stateFile = () => join(mkdtempSync(join(tmpdir(), 'desk-')), 'slack.json')

beforeEach(async () => {
  clockMs = Date.now()
  it = await rehearse(
    (app) => {
      app.command('/datasync', async (args) => {
        respond = args.respond
        await args.ack()
      })
      app.action('go', async (args) => {
        respond = args.respond
        await args.ack()
      })
    },
    { now: () => clockMs },
  )
})
afterEach(() => it.stop())

const texts = (userId: string, channel: string) =>
  it.desk
    .as(userId)
    .messages(channel)
    .map((m) => m.text)

async function refused(call: Promise<unknown>) {
  const error = (await call.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )) as { data?: { error: string }; statusCode?: number }
  return error.data?.error ?? error.statusCode ?? error
}

test('a message is seen by the channel, an ephemeral by one person', async () => {
  const { chat } = it.app.client
  await chat.postMessage({ channel: 'C_EQUITY', text: 'to all', blocks: [section('*to* all')] })
  await chat.postEphemeral({ channel: 'C_EQUITY', user: 'U_DANA', text: 'to Dana' })
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['to all', 'to Dana'])
  expect(texts('U_SAM', 'C_EQUITY')).toEqual(['to all'])
  expect(it.desk.as('U_SAM').ephemerals()).toEqual([])
})

test('a message to a person goes to their conversation with the app and nobody else', async () => {
  const { channel } = await it.app.client.conversations.open({ users: 'U_DANA' })
  await it.app.client.chat.postMessage({ channel: channel?.id ?? '', text: 'one' })
  await it.app.client.chat.postMessage({ channel: 'U_DANA', text: 'two' })
  expect(
    it.desk
      .as('U_DANA')
      .messages()
      .map((m) => m.text),
  ).toEqual(['one', 'two'])
  expect(it.desk.as('U_ELI').messages()).toEqual([])
})

test('an update edits in place; what is not there or not visible to the API is not found', async () => {
  const { chat } = it.app.client
  const { ts = '' } = await chat.postMessage({ channel: 'C_EQUITY', text: 'running' })
  const hidden = await chat.postEphemeral({ channel: 'C_EQUITY', user: 'U_DANA', text: 'psst' })
  await chat.update({ channel: 'C_EQUITY', ts, text: 'done' })
  expect(texts('U_SAM', 'C_EQUITY')).toEqual(['done'])
  expect(await refused(chat.update({ channel: 'C_EQUITY', ts: hidden.message_ts ?? '', text: 'x' }))).toBe(
    'message_not_found',
  )
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['done', 'psst'])
})

test('Slack refuses what it refuses, by its own names, and posts nothing', async () => {
  const { chat, users } = it.app.client
  const long = Array.from({ length: 5 }, () => section('x'.repeat(2900)))
  expect(await refused(chat.postMessage({ channel: 'C_NOWHERE', text: 'a' }))).toBe('channel_not_found')
  expect(await refused(chat.postMessage({ channel: 'C_GENERAL', text: 'a' }))).toBe('not_in_channel')
  expect(await refused(chat.postMessage({ channel: 'C_EQUITY', text: '' }))).toBe('no_text')
  expect(await refused(chat.postMessage({ channel: 'C_EQUITY', text: 'a', blocks: long }))).toBe(
    'msg_blocks_too_long',
  )
  expect(
    await refused(chat.postMessage({ channel: 'C_EQUITY', text: 'a', blocks: [{ type: 'chart' }] })),
  ).toBe('invalid_blocks')
  expect(await refused(users.info({ user: 'U_NOBODY' }))).toBe('user_not_found')
  expect(await refused(it.app.client.reactions.add({ channel: 'C_EQUITY', name: 'x', timestamp: '1' }))).toBe(
    'unknown_method',
  )
  expect(it.desk.log.at(-1)).toMatchObject({ name: 'reactions.add', ok: false, error: 'unknown_method' })
  expect(texts('U_DANA', 'C_EQUITY')).toEqual([])
})

test('only the right token is let in', async () => {
  const call = async (headers: Record<string, string>) =>
    (await fetch(`${it.desk.apiUrl}auth.test`, { method: 'POST', headers })).json()
  expect(await call({})).toMatchObject({ ok: false, error: 'not_authed' })
  expect(await call({ authorization: 'Bearer xoxb-other' })).toMatchObject({
    ok: false,
    error: 'invalid_auth',
  })
  expect(await it.app.client.auth.test()).toMatchObject({ ok: true, team_id: 'T0REHEARSAL' })
})

test('a method whose scope the manifest lacks is refused', async () => {
  await it.stop()
  it = await rehearse(() => {}, { manifest: { commands: [], scopes: ['users:read'], events: [] } })
  expect(await refused(it.app.client.chat.postMessage({ channel: 'C_EQUITY', text: 'a' }))).toBe(
    'missing_scope',
  )
  expect(await it.app.client.users.info({ user: 'U_SAM' })).toMatchObject({ user: { is_admin: true } })
})

test('a response_url answers five times within half an hour, to the person who asked', async () => {
  await it.desk.as('U_ELI').command('/datasync', 'C_GENERAL')
  for (const n of [1, 2, 3, 4]) await respond(`answer ${n}`)
  clockMs += 30 * 60_000
  await respond({ text: 'answer 5', response_type: 'in_channel' })
  expect(await refused(respond('answer 6'))).toBe(404)
  expect(it.desk.log.at(-1)).toMatchObject({ name: 'response_url', error: 'used_url' })
  expect(texts('U_ELI', 'C_GENERAL')).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 4', 'answer 5'])
  expect(texts('U_DANA', 'C_GENERAL')).toEqual(['answer 5'])

  await it.desk.as('U_ELI').command('/datasync', 'C_GENERAL')
  clockMs += 30 * 60_000 + 1
  expect(await refused(respond('late'))).toBe(404)
  expect(it.desk.log.at(-1)).toMatchObject({ error: 'expired_url' })
})

test('a response to a button replaces its message, adds to it or removes it, as asked', async () => {
  const { chat } = it.app.client
  await chat.postMessage({ channel: 'C_EQUITY', text: 'press', blocks: [actions('go')] })
  const press = () => it.desk.as('U_SAM').click({ where: 'message', channel: 'C_EQUITY', actionId: 'go' })
  expect(await press()).toMatchObject({ ok: true })
  await respond({ text: 'only you', replace_original: false })
  expect(texts('U_SAM', 'C_EQUITY')).toEqual(['press', 'only you'])
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['press'])
  await respond({ text: 'pressed', replace_original: true })
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['pressed'])
  await respond({ delete_original: true })
  expect(texts('U_DANA', 'C_EQUITY')).toEqual([])
})

test('a fault that was asked for happens as often as asked', async () => {
  const post = () => it.app.client.chat.postMessage({ channel: 'C_EQUITY', text: 'a' })
  it.desk.failNext('chat.postMessage', { error: 'is_archived' })
  it.desk.failNext('chat.postMessage', { retryAfterSeconds: 7 })
  expect(await refused(post())).toBe('is_archived')
  await expect(post()).rejects.toMatchObject({ retryAfter: 7 })
  await post()
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['a'])
})

test('messages and Home tabs outlive a restart, ephemerals do not', async () => {
  const file = stateFile()
  await it.stop()
  it = await rehearse(() => {}, { stateFile: file })
  const { chat, views } = it.app.client
  const { ts = '' } = await chat.postMessage({ channel: 'C_EQUITY', text: 'kept' })
  await chat.postEphemeral({ channel: 'C_EQUITY', user: 'U_DANA', text: 'gone' })
  await views.publish({ user_id: 'U_DANA', view: { type: 'home', blocks: [{ type: 'divider' }] } })
  await it.stop()
  it = await rehearse(() => {}, { stateFile: file })
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['kept'])
  expect(it.desk.as('U_DANA').home()?.blocks).toHaveLength(1)
  await it.app.client.chat.update({ channel: 'C_EQUITY', ts, text: 'edited' })
  expect(texts('U_DANA', 'C_EQUITY')).toEqual(['edited'])
})
