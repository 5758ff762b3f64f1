import type { Logger } from 'pino'
import { RollcallError, toRollcallError } from '../errors.ts'
import { sentElsewhere } from './client-errors.ts'
import { exchange, resolveUrl } from './client-exchange.ts'
import { type Send, sendOverHttp } from './client-send.ts'
import { withSessions } from './client-sessions.ts'
import { type Turns, waitForTurn } from './client-turns.ts'
import { waitMs } from './client-wait.ts'
import type { Credentials, Provider, ProviderAnswer, ProviderClient, ProviderRequest } from './provider.ts'

export type ClientOptions = {
  /** Replaces `provider.apiUrl`: a sandbox, a proxy, the rehearsal HRIS. */
  baseUrl?: string | undefined
  /** For requests that name none of their own. */
  timeoutMs?: number | undefined
  /** Absent: nobody counts, and nobody waits. */
  turns?: Turns | undefined
  log?: Pick<Logger, 'debug'> | undefined
  send?: Send
  sleep?: (ms: number) => Promise<void>
  random?: () => number
  now?: () => number
}

const TIMEOUT_MS = 60_000
const MAX_BYTES = 64 * 1024 * 1024
const MAX_REDIRECTS = 3

const PATIENT = { tries: 4, timeoutTries: 2, longestWaitMs: 90_000 }
const HURRIED = { tries: 2, timeoutTries: 1, longestWaitMs: 3_000, timeoutMs: 10_000 }

/**
 * The only outbound HTTP to an HR system. Whatever goes wrong is thrown as one `RollcallError` whose sentence
 * names the provider; what may pass by itself has been tried again before that.
 */
export function createProviderClient(
  provider: Provider,
  credentials: Credentials,
  options: ClientOptions = {},
): ProviderClient {
  const { send = sendOverHttp, sleep = delay, random = Math.random, now = Date.now, turns, log } = options
  const baseUrl = (options.baseUrl ?? provider.apiUrl).replace(/\/+$/, '')
  const authorized = authorization(provider, credentials)

  async function ask(request: ProviderRequest, headers = authorized): Promise<ProviderAnswer> {
    const patience = request.someoneWaits ? HURRIED : PATIENT
    const limits = {
      timeoutMs:
        request.timeoutMs ??
        (request.someoneWaits ? HURRIED.timeoutMs : undefined) ??
        options.timeoutMs ??
        TIMEOUT_MS,
      maxBytes: request.maxBytes ?? MAX_BYTES,
    }
    const patienceMs = patience.longestWaitMs
    const start = resolveUrl(provider, baseUrl, request)
    // A redirect that is followed is a request more, for which a turn of its own is taken.
    for (let attempt = 1, url = start, redirects = 0; ; ) {
      const path = pathUnder(baseUrl, url)
      const leave = await waitForTurn({
        provider,
        turns,
        path,
        timeoutMs: limits.timeoutMs,
        patienceMs,
        sleep,
      })
      const startedAt = performance.now()
      const about = { provider: provider.id, method: request.method, path: pathOnly(request.path), attempt }
      try {
        const answer = await exchange({ provider, url, headers, request, limits, send }).finally(leave)
        log?.debug({ ...about, ms: Math.round(performance.now() - startedAt) }, 'provider answered')
        if ('body' in answer) return answer
        if (redirects === MAX_REDIRECTS) throw sentElsewhere(provider)
        url = answer.movedTo
        redirects += 1
      } catch (thrown) {
        const error = toRollcallError(thrown)
        log?.debug(
          { ...about, ms: Math.round(performance.now() - startedAt), code: error.code },
          'provider failed',
        )
        if (error.retry.when === 'never') throw error
        const pause = waitMs(attempt, error.retry.afterMs, random())
        if (asksForPause(error)) await turns?.pause(path, pause)
        const tries = error.code === 'provider_timeout' ? patience.timeoutTries : patience.tries
        if (attempt >= tries || pause > patienceMs) throw error
        await sleep(pause)
        attempt += 1
        url = start
        redirects = 0
      }
    }
  }

  return withSessions({ provider, credentials, baseUrl, authorized, now, ask })
}

/** 429 always, 503 where it says how long: others with the same account would be told the same. */
function asksForPause({ code, retry }: RollcallError): boolean {
  if (code === 'provider_rate_limited') return true
  return code === 'provider_unavailable' && retry.when === 'later' && retry.afterMs !== null
}

/** A line break or a stray letter in a key would make `Headers` throw an error that quotes the key. */
function authorization(provider: Provider, credentials: Credentials): Headers {
  try {
    return new Headers(provider.authorize(credentials))
  } catch {
    throw new RollcallError('provider_key_refused', `The credentials for ${provider.label} cannot be sent.`, {
      remedy: 'They hold a line break or a sign that no key has. Copy them again and reconnect.',
    })
  }
}

/** As the provider's limits name it. By path alone: the host may be written in more than one way. */
function pathUnder(baseUrl: string, { pathname }: URL): string {
  const root = new URL(baseUrl).pathname.replace(/\/$/, '')
  return pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : pathname
}

/** Logged: as asked, and never where a redirect leads; without query and host, which nobody should read in a log. */
function pathOnly(path: string): string {
  return path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/s, '')
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
