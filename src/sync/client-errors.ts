import { later, RollcallError } from '../errors.ts'
import type { HttpAnswer } from './client-send.ts'
import { askedWaitMs } from './client-wait.ts'
import type { Provider } from './provider.ts'

/** Every way in which a provider fails us, in plain words. No function here is handed the credentials. */

/** The answer was an error status. 401 and 403 are final: some vendors block those who keep asking. */
export function refusal(provider: Provider, answer: HttpAnswer): RollcallError {
  const { label } = provider
  switch (answer.status) {
    case 401:
      return new RollcallError(
        'provider_key_refused',
        `${label} did not accept the ${credentialNames(provider)}.`,
        {
          remedy: `Check in ${label} that they are still valid, then reconnect ${label} with them or with new ones.`,
        },
      )
    case 403:
      return new RollcallError('provider_forbidden', `${label} does not let these credentials read people.`, {
        remedy: `Check what they may read in ${label}, and whether it only lets certain IP addresses in. Then try again.`,
      })
    // The vendor, or what stands before it, gave up waiting: no other failure than our own patience ending.
    case 408:
      return timedOut(provider)
    case 429:
      return new RollcallError(
        'provider_rate_limited',
        `${label} had too many requests and asked us to wait.`,
        {
          retry: later(askedWaitMs(answer.headers, Date.now())),
          remedy: `Other tools that read ${label} share the same limit. Try again in a few minutes.`,
        },
      )
    default:
      return answer.status >= 500 ? outOfService(provider, answer) : misunderstood(provider, answer.status)
  }
}

/** Not asked at all: it was not our turn, and would not have been soon. @param waitMs at least so long */
export function tooManyRequests({ label }: Provider, waitMs: number): RollcallError {
  const seconds = Math.ceil(waitMs / 1000)
  const when = seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return new RollcallError(
    'provider_rate_limited',
    `${label} was not asked: it allows only so many requests, and they are used up for now.`,
    {
      retry: later(waitMs),
      remedy: `Nothing was changed. Try again in ${seconds <= 5 ? 'a few seconds' : when}.`,
    },
  )
}

function outOfService(provider: Provider, { status, headers }: HttpAnswer): RollcallError {
  return new RollcallError(
    'provider_unavailable',
    `${provider.label} is out of service at the moment (error ${status}).`,
    {
      retry: later(status === 503 ? askedWaitMs(headers, Date.now()) : null),
      remedy: 'This usually passes by itself. Try again in a few minutes.',
    },
  )
}

function misunderstood({ label }: Provider, status: number): RollcallError {
  return new RollcallError(
    'provider_bad_answer',
    `${label} refused a request that it normally answers (error ${status}).`,
    {
      remedy: `${label} may have changed its API, or Rollcall was set up with another address for it: tell whoever runs Rollcall.`,
    },
  )
}

/** No answer, or none in time. Only the code of the cause is kept: its text may quote what was sent. */
export function unanswered(provider: Provider, isTimeout: boolean, thrown: unknown): RollcallError {
  if (isTimeout) return timedOut(provider)
  return new RollcallError('provider_unavailable', `${provider.label} could not be reached.`, {
    retry: later(),
    remedy: 'This usually passes by itself. Try again in a few minutes.',
    cause: new Error(causeCode(thrown)),
  })
}

function timedOut({ label }: Provider): RollcallError {
  return new RollcallError('provider_timeout', `${label} did not answer in time.`, {
    retry: later(),
    remedy: 'This usually passes by itself. Try again in a few minutes.',
  })
}

export function brokenAnswer({ label }: Provider): RollcallError {
  return new RollcallError(
    'provider_bad_answer',
    `The answer from ${label} broke off and could not be read.`,
    {
      retry: later(),
      remedy: 'This usually passes by itself. Try again in a few minutes.',
    },
  )
}

export function notJson({ label }: Provider): RollcallError {
  return new RollcallError('provider_bad_answer', `${label} answered, but not with data.`, {
    remedy: `Often that is a login or maintenance page: try again later. If it stays, tell whoever runs Rollcall.`,
  })
}

export function sentElsewhere({ label }: Provider): RollcallError {
  return new RollcallError(
    'provider_redirected',
    `${label} sent us to another address, which we did not follow.`,
    {
      remedy: `The credentials were not sent there. Tell whoever runs Rollcall to check the address it uses for ${label}.`,
    },
  )
}

export function tooLarge({ label }: Provider, maxBytes: number): RollcallError {
  const megabytes = Math.round(maxBytes / 1024 / 1024)
  return new RollcallError(
    'provider_too_large',
    `An answer from ${label} was larger than ${megabytes} MB and was not read.`,
    {
      remedy: 'Tell support how many people there are in your HR system.',
    },
  )
}

/** "service user ID or token", "API key". */
function credentialNames({ credentials }: Provider): string {
  return credentials
    .map(({ label }) => label.replace(/^\p{Lu}(?=\p{Ll})/u, (first) => first.toLowerCase()))
    .join(' or ')
}

function causeCode(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : 'no answer'
}
