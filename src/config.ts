import {
  parseEncryptionKeys,
  parseProviderUrl,
  parseSlack,
  parseSupportChannel,
  parseUrl,
  type Settings,
  type SlackConfig,
  type SupportChannel,
  settingsOf,
} from './config-settings.ts'
import { RollcallError } from './errors.ts'
import { PROVIDERS } from './sync/providers/index.ts'

export type Config = Readonly<{
  port: number
  host: string
  /** Without a trailing slash. */
  publicUrl: string
  database: { kind: 'url'; url: string } | { kind: 'embedded' }
  dataDir: string
  /** `null`: made on the first start and kept in `dataDir`, beside the embedded database. */
  encryptionKeys: readonly { id: string; key: Buffer }[] | null
  slack: SlackConfig
  slackApiUrl: string | null
  /** Where requested HR fields are connected or declined; `null`: the admin who asks connects them. */
  supportChannel: SupportChannel | null
  /** By provider id. */
  providerUrls: Readonly<Record<string, string>>
  apiToken: string | null
  role: Role
  logLevel: string
}>

export const ROLES = ['all', 'web', 'worker'] as const
export type Role = (typeof ROLES)[number]
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const API_TOKEN_MIN_LENGTH = 24

/**
 * Every setting, once. Blank is the same as absent, so that a line of `.env` can be left empty.
 *
 * @throws RollcallError `bad_settings`: one line for each problem, with its remedy. No line holds a secret.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const settings = settingsOf(env)
  const port = parsePort(settings)
  const place = readDatabaseSettings(settings)
  const slack = parseSlack(settings)
  const config = {
    port,
    host: settings.text('HOST') ?? '0.0.0.0',
    publicUrl: parseUrl(settings, 'PUBLIC_URL') ?? `http://localhost:${port}`,
    ...place,
    encryptionKeys: parseEncryptionKeys(settings, { needed: place.database.kind === 'url' }),
    slack,
    slackApiUrl: parseUrl(settings, 'SLACK_API_URL', { keepSlash: true }),
    supportChannel: parseSupportChannel(settings, slack),
    providerUrls: parseProviderUrls(settings),
    apiToken: parseApiToken(settings),
    role: settings.oneOf('ROLE', ROLES) ?? 'all',
    logLevel: settings.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info',
  }
  if (slack === null || settings.problems.length > 0) {
    throw new RollcallError('bad_settings', settings.problems.join('\n'))
  }
  return deepFreeze({ ...config, slack })
}

/**
 * Where the data is, for a command that only looks at it and needs no other setting.
 *
 * @throws RollcallError `bad_settings`
 */
export function parseDatabaseConfig(
  env: Record<string, string | undefined>,
): Pick<Config, 'database' | 'dataDir'> {
  const settings = settingsOf(env)
  const place = readDatabaseSettings(settings)
  if (settings.problems.length > 0) throw new RollcallError('bad_settings', settings.problems.join('\n'))
  return place
}

function readDatabaseSettings(settings: Settings): Pick<Config, 'database' | 'dataDir'> {
  const url = parseDatabaseUrl(settings)
  return {
    database: url === null ? { kind: 'embedded' } : { kind: 'url', url },
    dataDir: settings.text('DATA_DIR') ?? '.data',
  }
}

/** What works but deserves a word at start. */
export function configWarnings(config: Config): string[] {
  const { protocol, hostname } = new URL(config.publicUrl)
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol === 'https:' || isLoopback) return []
  return [
    'PUBLIC_URL is not https: credentials typed in the linking window would cross the network in the clear',
  ]
}

function parsePort(settings: Settings): number {
  const text = settings.text('PORT') ?? '3000'
  if (/^\d{1,5}$/u.test(text) && Number(text) <= 65_535) return Number(text)
  settings.problem('PORT', `"${text}" is not a port. Give a whole number up to 65535.`)
  return 0
}

function parseDatabaseUrl(settings: Settings): string | null {
  const text = settings.text('DATABASE_URL')
  if (text === null) return null
  if (/^postgres(ql)?:$/u.test(URL.parse(text)?.protocol ?? '')) return text
  settings.problem(
    'DATABASE_URL',
    'is not an address of PostgreSQL. Write it as postgres://user:password@host:5432/name.',
  )
  return text
}

function parseApiToken(settings: Settings): string | null {
  const token = settings.text('API_TOKEN')
  if (token !== null && token.length < API_TOKEN_MIN_LENGTH) {
    settings.problem('API_TOKEN', `is too short to be safe. Make one with: openssl rand -hex 24`)
  }
  return token
}

function parseProviderUrls(settings: Settings): Record<string, string> {
  const urls: Record<string, string> = {}
  for (const { id } of PROVIDERS) {
    const url = parseProviderUrl(settings, id)
    if (url !== null) urls[id] = url
  }
  return urls
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !ArrayBuffer.isView(inner)) deepFreeze(inner)
  }
  return Object.freeze(value)
}
