import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { attachEvents } from '../src/bot/events.ts'
import { screenListeners } from '../src/bot/screens/index.ts'
import { BOT_SCOPES, SLACK_METHODS } from '../src/bot/slack-methods.ts'

const root = path.join(import.meta.dirname, '..')
const schemaFile = path.join(root, '../shared/reference/manifest.schema.json')
const read = (file: string) => parse(readFileSync(path.join(root, file), 'utf8'))

const nothing = async () => undefined
const listeners = screenListeners({
  publicUrl: '',
  supportChannel: null,
  announce: nothing,
  publishHome: nothing,
})
const registered = (on: string) => listeners.filter((it) => it.on === on).map(({ id }) => id)
const fakeApp = { event: () => undefined } as unknown as Parameters<typeof attachEvents>[0]
const events = attachEvents(fakeApp, { forgetInstallation: null } as unknown as Parameters<
  typeof attachEvents
>[1])

describe.each(['manifest.yml', 'manifest.socket.yml'])('%s', (file) => {
  const manifest = read(file)

  test.skipIf(!existsSync(schemaFile))(
    "is what Slack takes (skipped where Slack's own schema is not beside the repository)",
    () => {
      const ajv = new Ajv({ strict: false, validateFormats: false })
      const isValid = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')))
      isValid(manifest)
      expect(isValid.errors).toBeNull()
      isValid({ ...manifest, settngs: {} })
      expect(isValid.errors).not.toBeNull()
    },
  )

  test('has every command that is listened to, and no other', () => {
    const commands = manifest.features.slash_commands.map(({ command }: { command: string }) => command)
    expect(commands.toSorted()).toEqual(registered('command').toSorted())
  })

  test('has every event that is listened to, and no other', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(events)
  })

  test('has interactivity for the buttons and windows, and the Home tab', () => {
    expect(registered('action').length + registered('submit').length).toBeGreaterThan(0)
    expect(manifest.settings.interactivity.is_enabled).toBe(true)
    expect(manifest.features.app_home.home_tab_enabled).toBe(true)
  })

  test('hints at every word that help explains, and at no other', async () => {
    const datasync = listeners.find(({ id }) => id === '/datasync')
    const step = datasync?.on === 'command' ? datasync.route('help') : null
    const help = step && (await step.run({} as never))
    const said = help?.show === 'private' ? help.message.text : ''
    const words = [...said.matchAll(/\/datasync (\w+)/gu)].map(([, word]) => word)
    const { usage_hint } = manifest.features.slash_commands[0]
    const hinted = [...usage_hint.replace(/<.+?>/gu, '').matchAll(/\w+/gu)].map(([word]) => word)
    expect(words.length).toBeGreaterThan(5)
    expect(hinted.toSorted()).toEqual(words.toSorted())
  })

  test('asks for exactly the scopes that the calls need', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(BOT_SCOPES)
    expect(manifest.oauth_config.scopes.user).toBeUndefined()
  })
})

test('over HTTP everything goes to one address; in Socket Mode nothing names one', () => {
  const http = read('manifest.yml')
  const address = 'https://rollcall.example.com/slack/events'
  const urls = [
    http.settings.event_subscriptions.request_url,
    http.settings.interactivity.request_url,
    http.settings.interactivity.message_menu_options_url,
    ...http.features.slash_commands.map(({ url }: { url: string }) => url),
  ]
  expect(new Set(urls)).toEqual(new Set([address]))
  expect(JSON.stringify(read('manifest.socket.yml'))).not.toContain('http')
  expect(http.settings.socket_mode_enabled).toBe(false)
  expect(read('manifest.socket.yml').settings.socket_mode_enabled).toBe(true)
})

test('the list of Web API methods is what the code calls', () => {
  const sources = globSync('src/bot/**/*.ts', { cwd: root }).map((file) =>
    readFileSync(path.join(root, file), 'utf8'),
  )
  const calls = sources.flatMap((text) =>
    [...text.matchAll(/\bslack\s*\.(\w+)\s*\.(\w+)\(/gu)].map(([, group, name]) => `${group}.${name}`),
  )
  expect([...new Set(calls)].toSorted()).toEqual(Object.keys(SLACK_METHODS).toSorted())
})

test('each listener has an id of its own', () => {
  const ids = listeners.map(({ on, id }) => `${on === 'action' || on === 'link' ? 'button' : on} ${id}`)
  expect(new Set(ids).size).toBe(ids.length)
})
