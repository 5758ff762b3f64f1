import { RollcallError } from '../errors.ts'
import type {
  Credentials,
  Provider,
  ProviderAnswer,
  ProviderClient,
  ProviderRequest,
  ProviderSession,
} from './provider.ts'

type WithSessions = {
  provider: Provider
  credentials: Credentials
  baseUrl: string
  authorized: Headers
  now: () => number
  ask: (request: ProviderRequest, headers?: Headers) => Promise<ProviderAnswer>
}

type Held = { headers: Headers; renewAt: number; wasAccepted: boolean }

/** Part of a lifetime, so that a token does not end on the way. */
const USED_UP = 0.9

/**
 * Opens each of the provider's sessions once, and anew when it is about to end. A token that was accepted before and
 * is refused now is replaced one time; a fresh one that is refused says that the credentials may not do this.
 */
export function withSessions(about: WithSessions): ProviderClient {
  const { provider, credentials, baseUrl, authorized, now, ask } = about
  const held = new Map<ProviderSession, Promise<Held>>()

  async function json(request: ProviderRequest): Promise<ProviderAnswer> {
    const session = sessionOf(request)
    if (session === undefined) return ask(request)
    const opener: ProviderClient = {
      json: (opening) => ask({ someoneWaits: request.someoneWaits ?? false, ...opening }),
    }
    const known = await current(session, opener, null)
    try {
      return await askWithin(session, known, request)
    } catch (thrown) {
      if (!known.wasAccepted || !isRefusal(thrown)) throw thrown
      return askWithin(session, await current(session, opener, known), request)
    }
  }

  async function askWithin(session: ProviderSession, known: Held, request: ProviderRequest) {
    const answer = await ask(request, known.headers)
    known.wasAccepted = true
    const renewed = session.renewedBy?.(answer.headers)
    if (renewed) known.headers = beside(authorized, renewed, provider)
    return answer
  }

  /** @param refused not to be used again */
  async function current(
    session: ProviderSession,
    opener: ProviderClient,
    refused: Held | null,
  ): Promise<Held> {
    const opened = held.get(session)
    const known = await opened
    if (known !== undefined && known !== refused && now() < known.renewAt) return known
    // Somebody else was faster while we waited.
    if (held.get(session) !== opened) return current(session, opener, refused)
    const opening = open(session, opener)
    held.set(session, opening)
    opening.catch(() => held.delete(session))
    return opening
  }

  async function open(session: ProviderSession, opener: ProviderClient): Promise<Held> {
    const { headers, lifetimeMs } = await session.open(opener, credentials)
    const renewAt = now() + lifetimeMs * USED_UP
    return { headers: beside(authorized, headers, provider), renewAt, wasAccepted: false }
  }

  function sessionOf({ path }: ProviderRequest): ProviderSession | undefined {
    const relative = path.startsWith(baseUrl) ? path.slice(baseUrl.length) : path
    return provider.sessions?.find(({ under }) => relative.startsWith(under))
  }

  return { json }
}

/** A token with a line break would make `Headers` throw an error that quotes it. */
function beside(authorized: Headers, more: Record<string, string>, { label }: Provider): Headers {
  const headers = new Headers(authorized)
  try {
    for (const [name, value] of Object.entries(more)) headers.set(name, value)
  } catch {
    throw new RollcallError('provider_bad_answer', `${label} gave us a token that cannot be sent.`, {
      remedy: `${label} may have changed its API: tell support.`,
    })
  }
  return headers
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof RollcallError && thrown.code === 'provider_key_refused'
}
