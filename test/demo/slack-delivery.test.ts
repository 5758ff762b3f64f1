import { setTimeout as sleep } from 'node:timers/promises'
import type { AppHomeOpenedEvent } from '@slack/types'
import { afterEach, expect, test } from 'vitest'
import { eventually, type Rehearsal, rehearse } from './slack-app.ts'

let it: Rehearsal
afterEach(() => it.stop())

test('a command reaches the app signed, whole and answered', async () => {
  const seen: Record<string, string>[] = []
  it = await rehearse((app) =>
    app.command('/datasync', async ({ ack, command }) => {
      seen.push(command as unknown as Record<string, string>)
      await ack('All quiet.')
    }),
  )
  const dana = it.desk.as('U_DANA')
  expect(await dana.command('/datasync why Tom Okafor', 'C_GENERAL')).toMatchObject({
    ok: true,
    notice: null,
  })
  expect(seen).toEqual([
    expect.objectContaining({
      command: '/datasync',
      text: 'why Tom Okafor',
      user_id: 'U_DANA',
      channel_id: 'C_GENERAL',
      team_id: 'T0REHEARSAL',
      trigger_id: expect.any(String),
    }),
  ])
  expect(dana.messages('C_GENERAL').map((m) => m.text)).toEqual(['All quiet.'])
  expect(it.desk.as('U_ELI').messages('C_GENERAL')).toEqual([])
})

test('an app with another signing secret refuses, and the person is told', async () => {
  let ran = false
  it = await rehearse(
    (app) =>
      app.command('/datasync', async ({ ack }) => {
        ran = true
        await ack()
      }),
    {},
    'another-secret',
  )
  const dana = it.desk.as('U_DANA')
  const outcome = await dana.command('/datasync')
  expect(outcome.notice).toBe('/datasync failed with the error "dispatch_failed"')
  expect(dana.ephemerals().map((m) => [m.user, m.text])).toEqual([['USLACKBOT', outcome.notice]])
  expect(ran).toBe(false)
  expect(it.desk.log.at(-1)).toMatchObject({ direction: 'out', ok: false, error: 'status 401' })
})

test('an ack that comes too late is an error to the person, and the command is not sent again', async () => {
  let calls = 0
  it = await rehearse(
    (app) =>
      app.command('/datasync', async ({ ack }) => {
        calls += 1
        await sleep(300)
        await ack('too late')
      }),
    { ackTimeoutMs: 100 },
  )
  const dana = it.desk.as('U_DANA')
  expect(await dana.command('/datasync')).toMatchObject({
    ok: false,
    notice: '/datasync failed with the error "operation_timeout"',
  })
  await sleep(400)
  expect(calls).toBe(1)
  expect(dana.messages().map((m) => m.text)).not.toContain('too late')
})

test('a command the manifest does not list never leaves Slack', async () => {
  it = await rehearse(() => {}, { manifest: { commands: [], scopes: [], events: [] } })
  expect(await it.desk.as('U_ELI').command('/payroll')).toMatchObject({
    ok: false,
    notice: '/payroll is not a valid command.',
  })
  expect(it.desk.log).toEqual([])
})

test('an event that is not acknowledged comes again with the retry headers, and stops once it is', async () => {
  const retries: (number | undefined)[] = []
  it = await rehearse(
    (app) =>
      app.use(async ({ context, next }) => {
        retries.push(context.retryNum)
        await next()
      }),
    { retryDelaysMs: [0, 20, 20] },
  )
  const good = it.url
  it.desk.setAppUrl('http://127.0.0.1:1')
  const opened = it.desk.as('U_DANA').openHome()
  expect((await opened).ok).toBe(false)
  it.desk.setAppUrl(good)
  await eventually(() => retries.length > 0)
  await sleep(100)
  expect(retries).toHaveLength(1)
  expect(retries[0]).toBeGreaterThan(0)
})

test('opening the Home tab tells the app who opened it, with the view they had', async () => {
  const events: AppHomeOpenedEvent[] = []
  it = await rehearse((app) =>
    app.event('app_home_opened', async ({ event, client }) => {
      events.push(event)
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'divider' }] },
      })
    }),
  )
  const dana = it.desk.as('U_DANA')
  await dana.openHome()
  await eventually(() => dana.home())
  await dana.openHome()
  await eventually(() => events.length === 2)
  expect(events[0]).toMatchObject({ user: 'U_DANA', tab: 'home' })
  expect(events[0]?.view).toBeUndefined()
  expect(events[1]?.view).toMatchObject({ id: dana.home()?.id })
  expect(it.desk.as('U_SAM').home()).toBeNull()
})

test('a direct message is an event, a message in a channel is not', async () => {
  const heard: string[] = []
  it = await rehearse((app) =>
    app.message(async ({ message }) => {
      heard.push((message as { text: string }).text)
    }),
  )
  const eli = it.desk.as('U_ELI')
  await eli.say('hello')
  await eli.say('lunch?', 'C_GENERAL')
  expect(heard).toEqual(['hello'])
  expect(eli.messages('C_GENERAL').map((m) => m.text)).toEqual(['lunch?'])
})
