export type SlackConfig =
  | {
      mode: 'http'
      botToken: string | null
      signingSecret: string
      oauth: { clientId: string; clientSecret: string } | null
    }
  | { mode: 'socket'; botToken: string; appToken: string }

/** Where support is asked; `teamId` is null where its workspace is the one that asks. */
export type SupportChannel = { teamId: string | null; channelId: string }

/** The settings being read, and what is wrong with them so far. */
export type Settings = {
  problems: readonly string[]
  text(name: string): string | null
  oneOf<T extends string>(name: string, choices: readonly T[]): T | null
  problem(name: string, sentence: string): void
}

export function settingsOf(env: Record<string, string | undefined>): Settings {
  const problems: string[] = []
  const problem = (name: string, sentence: string) => void problems.push(`${name}: ${sentence}`)
  const text = (name: string) => env[name]?.trim() || null
  return {
    problems,
    problem,
    text,
    oneOf(name, choices) {
      const value = text(name)
      const choice = choices.find((candidate) => candidate === value) ?? null
      if (value !== null && choice === null) problem(name, `"${value}" is not one of ${choices.join(', ')}.`)
      return choice
    },
  }
}

export function parseUrl(
  settings: Settings,
  name: string,
  options: { keepSlash?: boolean } = {},
): string | null {
  const text = settings.text(name)
  if (text === null) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    settings.problem(name, `"${text}" is not a web address. Write it as https://rollcall.example.com.`)
    return null
  }
  return options.keepSlash ? url.href : url.href.replace(/\/+$/u, '')
}

/** A sandbox or a proxy in place of the vendor's own address. */
export function parseProviderUrl(settings: Settings, providerId: string): string | null {
  return parseUrl(settings, `${providerId.toUpperCase()}_API_URL`)
}

export function parseSlack(settings: Settings): SlackConfig | null {
  const botToken = tokenOf(settings, 'SLACK_BOT_TOKEN', 'xox')
  const appToken = tokenOf(settings, 'SLACK_APP_TOKEN', 'xapp-')
  const signingSecret = settings.text('SLACK_SIGNING_SECRET')
  const clientId = settings.text('SLACK_CLIENT_ID')
  const clientSecret = settings.text('SLACK_CLIENT_SECRET')
  const missing = (name: string, why: string) => settings.problem(name, `is missing. ${why}`)

  if ([botToken, appToken, signingSecret, clientId, clientSecret].every((value) => value === null)) {
    settings.problem(
      'SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET',
      'are missing (or SLACK_APP_TOKEN for Socket Mode): put them into .env, or try Rollcall without Slack by `npm run demo`.',
    )
    return null
  }
  if (appToken !== null) {
    if (botToken !== null) return { mode: 'socket', botToken, appToken }
    missing('SLACK_BOT_TOKEN', 'Socket Mode needs it too: Slack shows it under OAuth & Permissions.')
    return null
  }
  if (signingSecret === null) missing('SLACK_SIGNING_SECRET', 'Slack shows it under Basic Information.')
  if (clientId === null && clientSecret !== null)
    missing('SLACK_CLIENT_ID', 'It belongs to SLACK_CLIENT_SECRET.')
  if (clientId !== null && clientSecret === null)
    missing('SLACK_CLIENT_SECRET', 'It belongs to SLACK_CLIENT_ID.')
  const oauth = clientId === null || clientSecret === null ? null : { clientId, clientSecret }
  if (botToken === null && clientId === null && clientSecret === null) {
    missing('SLACK_BOT_TOKEN', 'Slack shows it under OAuth & Permissions once the app is installed.')
  }
  return signingSecret === null ? null : { mode: 'http', botToken, signingSecret, oauth }
}

/** `C0123`, or `T0123/C0123` for a channel in a workspace of support's own. */
export function parseSupportChannel(settings: Settings, slack: SlackConfig | null): SupportChannel | null {
  const text = settings.text('SUPPORT_CHANNEL')
  if (text === null) return null
  const [, teamId = null, channelId] = /^(?:(T\w+)\/)?([CG]\w+)$/u.exec(text) ?? []
  if (channelId === undefined) {
    settings.problem(
      'SUPPORT_CHANNEL',
      `"${text}" is not the ID of a channel. Slack shows it at the end of the channel's details, as in C0123ABCD.`,
    )
    return null
  }
  if (teamId === null && slack?.mode === 'http' && slack.oauth !== null) {
    settings.problem(
      'SUPPORT_CHANNEL',
      'does not say in which of many workspaces. Write it as workspace/channel, as in T0123ABCD/C0123ABCD.',
    )
  }
  return { teamId, channelId }
}

function tokenOf(settings: Settings, name: string, prefix: string): string | null {
  const token = settings.text(name)
  if (token !== null && !token.startsWith(prefix)) {
    settings.problem(name, `does not look like one: it begins with ${prefix === 'xox' ? 'xoxb-' : prefix}.`)
  }
  return token
}

const MAKE_A_KEY = `node -e "console.log('k1:' + crypto.randomBytes(32).toString('base64'))"`

export function parseEncryptionKeys(
  settings: Settings,
  { needed }: { needed: boolean },
): readonly { id: string; key: Buffer }[] | null {
  const text = settings.text('ENCRYPTION_KEYS')
  if (text === null) {
    if (needed) {
      settings.problem(
        'ENCRYPTION_KEYS',
        `is missing, and DATABASE_URL needs it. Make one with: ${MAKE_A_KEY}`,
      )
    }
    return null
  }
  const keys = text.split(',').map((part) => {
    const [, id = '', base64 = ''] = /^\s*([\w-]{1,64}):([\w+/-]+=*)\s*$/u.exec(part) ?? []
    return { id, key: Buffer.from(base64, 'base64') }
  })
  if (keys.some(({ id, key }) => id === '' || key.length !== 32)) {
    settings.problem(
      'ENCRYPTION_KEYS',
      `is not a list of id:base64 keys of 32 bytes, parted by commas. Make one with: ${MAKE_A_KEY}`,
    )
  } else if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    settings.problem('ENCRYPTION_KEYS', 'has two keys of the same id. Give each its own.')
  }
  return keys
}
