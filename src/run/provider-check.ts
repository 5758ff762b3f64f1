import { parseArgs } from 'node:util'
import { createLogger } from '../log.ts'
import { type ClientOptions, createProviderClient } from '../sync/client.ts'
import { type Send, sendOverHttp } from '../sync/client-send.ts'
import { baseUrlOf, type Provider } from '../sync/provider.ts'
import { PROVIDERS } from '../sync/providers/index.ts'
import { checkTenant } from '../sync/tenant-check.ts'
import { findingsOf } from '../sync/tenant-findings.ts'
import { reportOf } from './provider-check-report.ts'
import { badCredentials, usage } from './provider-check-usage.ts'
import { credentialsOf, type EnvCredentials } from './provider-credentials.ts'
import { createProgressLine, TERMINAL, type Terminal } from './terminal.ts'

const USABLE = 0
/** The read failed, or what Rollcall cannot do without did not come. */
const NOT_USABLE = 1
const BAD_USAGE = 2
const STOPPED = 130

/**
 * `npm run provider:check -- <id>`: reads a whole tenant with the credentials of the environment and says what came.
 * Needs no database, stores nothing, and shows counts only.
 * @returns the exit code
 */
export async function providerCheckProcess(
  env: Record<string, string | undefined>,
  args: readonly string[],
  terminal = TERMINAL,
  options: Pick<ClientOptions, 'sleep'> = {},
): Promise<number> {
  const asked = parseAsked(args)
  if (asked.help) {
    terminal.out(usage(PROVIDERS, null))
    return USABLE
  }
  if (asked.provider === undefined) {
    terminal.err(usage(PROVIDERS, asked.problem))
    return BAD_USAGE
  }
  const given = credentialsOf(asked.provider, env)
  if (!given.ok) {
    terminal.err(badCredentials(asked.provider, given.problems))
    return BAD_USAGE
  }
  const stop = () => {
    terminal.err(`${terminal.isTty ? '\n' : ''}Stopped. Nothing was stored.\n`)
    process.exit(STOPPED)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await check({ ...asked, provider: asked.provider }, given, terminal, options)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

type Asked = {
  help: boolean
  json: boolean
  standardOnly: boolean
  provider: Provider | undefined
  problem: string | null
}

function parseAsked(args: readonly string[]): Asked {
  const nothing = { help: false, json: false, standardOnly: false, provider: undefined }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        'standard-only': { type: 'boolean', default: false },
      },
    })
    const [id, ...others] = positionals
    const provider = others.length === 0 ? PROVIDERS.find((each) => each.id === id) : undefined
    const problem =
      others.length > 0
        ? 'Give one HR system at a time.'
        : id === undefined
          ? null
          : 'There is no such HR system.'
    return { ...values, standardOnly: values['standard-only'], provider, problem }
  } catch {
    return { ...nothing, problem: 'There is no such option.' }
  }
}

async function check(
  { provider, json, standardOnly }: Asked & { provider: Provider },
  { credentials, url }: EnvCredentials & { ok: true },
  terminal: Terminal,
  options: Pick<ClientOptions, 'sleep'>,
): Promise<number> {
  const startedAt = performance.now()
  const progress = createProgressLine(terminal)
  const requests = countRequests(sendOverHttp)
  const client = createProviderClient(provider, credentials, {
    ...options,
    baseUrl: baseUrlOf(provider, credentials, url ?? undefined),
    send: requests.send,
  })
  const checked = await checkTenant({
    provider,
    client,
    today: new Date().toISOString().slice(0, 10),
    standardOnly,
    log: createLogger({ level: 'silent' }),
    onProgress: progress.show,
  })
  progress.clear()
  const findings = findingsOf(checked)
  const cost = { requests: requests.count(), seconds: Math.round((performance.now() - startedAt) / 100) / 10 }
  terminal.out(json ? `${JSON.stringify({ ...findings, ...cost }, null, 2)}\n` : reportOf(findings, cost))
  if (checked.problem?.code === 'internal') terminal.err(`${whereOf(checked.problem.cause)}\n`)
  return findings.verdict === 'usable' ? USABLE : NOT_USABLE
}

/** Tries and redirects included. */
function countRequests(send: Send) {
  let sent = 0
  const counting: Send = (url, request) => {
    sent += 1
    return send(url, request)
  }
  return { send: counting, count: () => sent }
}

/** Where a fault of ours came up. Without its message, which may quote what was read. */
function whereOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'An unknown fault.'
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line))
  return [cause.name, ...frames].join('\n')
}
