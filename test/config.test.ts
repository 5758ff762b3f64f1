import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { configWarnings, parseConfig } from '../src/config.ts'
import { RollcallError } from '../src/errors.ts'

const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's1gn' }
const key = Buffer.alloc(32, 7).toString('base64')

test('a first run needs Slack settings only', () => {
  expect(parseConfig(slack)).toEqual({
    port: 3000,
    host: '0.0.0.0',
    publicUrl: 'http://localhost:3000',
    database: { kind: 'embedded' },
    dataDir: '.data',
    encryptionKeys: null,
    slack: { mode: 'http', botToken: 'xoxb-1', signingSecret: 's1gn', oauth: null },
    slackApiUrl: null,
    supportChannel: null,
    providerUrls: {},
    apiToken: null,
    role: 'all',
    logLevel: 'info',
  })
})

test('every setting is read', () => {
  const config = parseConfig({
    PORT: '8080',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'https://rollcall.example.com/',
    DATABASE_URL: 'postgres://me:pw@db.internal:5432/rollcall',
    DATA_DIR: '/srv/data',
    ENCRYPTION_KEYS: `new:${Buffer.alloc(32, 1).toString('base64')}, old:${key}`,
    SLACK_SIGNING_SECRET: 's1gn',
    SLACK_CLIENT_ID: '12.34',
    SLACK_CLIENT_SECRET: 'shh',
    SLACK_API_URL: 'http://127.0.0.1:4100/api/',
    SUPPORT_CHANNEL: 'T0123/C0123ABCD',
    HIBOB_API_URL: 'http://127.0.0.1:4200/v1/',
    API_TOKEN: 'a'.repeat(32),
    ROLE: 'worker',
    LOG_LEVEL: 'debug',
  })
  expect(config).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    publicUrl: 'https://rollcall.example.com',
    database: { kind: 'url', url: 'postgres://me:pw@db.internal:5432/rollcall' },
    dataDir: '/srv/data',
    slack: { mode: 'http', botToken: null, oauth: { clientId: '12.34', clientSecret: 'shh' } },
    slackApiUrl: 'http://127.0.0.1:4100/api/',
    supportChannel: { teamId: 'T0123', channelId: 'C0123ABCD' },
    providerUrls: { hibob: 'http://127.0.0.1:4200/v1' },
    apiToken: 'a'.repeat(32),
    role: 'worker',
    logLevel: 'debug',
  })
  expect(config.encryptionKeys?.map(({ id, key }) => [id, key.length])).toEqual([
    ['new', 32],
    ['old', 32],
  ])
})

test('an app token means Socket Mode, which needs the bot token and no signing secret', () => {
  expect(parseConfig({ SLACK_APP_TOKEN: 'xapp-1', SLACK_BOT_TOKEN: 'xoxb-1' }).slack).toEqual({
    mode: 'socket',
    appToken: 'xapp-1',
    botToken: 'xoxb-1',
  })
  expect(problems({ SLACK_APP_TOKEN: 'xapp-1' })).toEqual([
    expect.stringMatching(/^SLACK_BOT_TOKEN: is missing/u),
  ])
})

test('without Slack settings one line names them and the demo', () => {
  const lines = problems({})
  expect(lines).toHaveLength(1)
  for (const word of ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN', 'npm run demo']) {
    expect(lines[0]).toContain(word)
  }
})

test('a support channel is an id, and one of many workspaces is named with its workspace', () => {
  expect(parseConfig({ ...slack, SUPPORT_CHANNEL: 'C0123ABCD' }).supportChannel).toEqual({
    teamId: null,
    channelId: 'C0123ABCD',
  })
  for (const wrong of [
    '#support',
    'support',
    'U0123',
    'C0123/T0123',
    'https://acme.slack.com/archives/C0123',
  ]) {
    expect(problems({ ...slack, SUPPORT_CHANNEL: wrong })).toEqual([
      expect.stringMatching(/^SUPPORT_CHANNEL: .+is not the ID of a channel/u),
    ])
  }
  const many = { ...slack, SLACK_CLIENT_ID: '12.34', SLACK_CLIENT_SECRET: 'shh' }
  expect(problems({ ...many, SUPPORT_CHANNEL: 'C0123' })).toEqual([
    expect.stringMatching(/^SUPPORT_CHANNEL: .+T0123ABCD\/C0123ABCD/u),
  ])
})

test('a blank line in .env is the same as no line', () => {
  expect(parseConfig({ ...slack, PORT: ' ', API_TOKEN: '', DATABASE_URL: '' })).toEqual(parseConfig(slack))
})

test('all problems are reported at once, each at its setting', () => {
  const lines = problems({
    PORT: '70000',
    PUBLIC_URL: 'rollcall',
    DATABASE_URL: 'mysql://db',
    SLACK_BOT_TOKEN: 'abc',
    SLACK_CLIENT_ID: '12.34',
    SLACK_API_URL: 'ftp://desk',
    HIBOB_API_URL: 'hibob',
    API_TOKEN: 'short',
    ROLE: 'boss',
    LOG_LEVEL: 'loud',
  })
  expect(lines.map((line) => line.split(':')[0]).toSorted()).toEqual([
    'API_TOKEN',
    'DATABASE_URL',
    'ENCRYPTION_KEYS',
    'HIBOB_API_URL',
    'LOG_LEVEL',
    'PORT',
    'PUBLIC_URL',
    'ROLE',
    'SLACK_API_URL',
    'SLACK_BOT_TOKEN',
    'SLACK_CLIENT_SECRET',
    'SLACK_SIGNING_SECRET',
  ])
})

test('no problem repeats a secret', () => {
  const secrets = {
    DATABASE_URL: 'mysql://me:hunter2@db',
    SLACK_BOT_TOKEN: 'hunter2-token',
    ENCRYPTION_KEYS: 'k1:aHVudGVyMg==',
    API_TOKEN: 'hunter2',
  }
  const said = problems(secrets).join('\n')
  expect(said).not.toMatch(/hunter2|aHVudGVyMg/u)
  expect(said.split('\n')).toHaveLength(5)
})

test('DATABASE_URL without a key stops with a command that makes one, and its output is accepted', () => {
  const settings = { ...slack, DATABASE_URL: 'postgres://db/rollcall' }
  const [line = ''] = problems(settings)
  const [, code = ''] = /node -e "(.+)"/u.exec(line) ?? []
  expect(code).not.toBe('')
  const made = execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  expect(parseConfig({ ...settings, ENCRYPTION_KEYS: made }).encryptionKeys?.[0]?.key).toHaveLength(32)
})

test.each([
  ['a key of another length', 'k1:c2hvcnQ='],
  ['no id', key],
  ['two keys of one id', `k1:${key},k1:${key}`],
  ['a trailing comma', `k1:${key},`],
])('an encryption key list with %s is refused', (_what, text) => {
  expect(problems({ ...slack, ENCRYPTION_KEYS: text })).toEqual([
    expect.stringMatching(/^ENCRYPTION_KEYS: /u),
  ])
})

test('settings of programs that are not ours are left alone', () => {
  expect(parseConfig({ ...slack, GITHUB_API_URL: 'not a url' })).toEqual(parseConfig(slack))
})

test('the configuration cannot be changed after it was read', () => {
  const config = parseConfig(slack)
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
  expect(() => Object.assign(config.slack, { botToken: 'other' })).toThrow(TypeError)
})

test('a public address without https is worth a warning, the own machine is not', () => {
  const warned = (PUBLIC_URL: string) => configWarnings(parseConfig({ ...slack, PUBLIC_URL })).length
  expect(warned('http://rollcall.example.com')).toBe(1)
  expect(warned('https://rollcall.example.com')).toBe(0)
  expect(warned('http://localhost:3000')).toBe(0)
})

function problems(env: Record<string, string>): string[] {
  try {
    parseConfig(env)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(RollcallError)
    expect(thrown).toMatchObject({ code: 'bad_settings' })
    return (thrown as RollcallError).message.split('\n')
  }
  throw new Error('These settings should not have been accepted.')
}
