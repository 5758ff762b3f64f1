import { randomBytes } from 'node:crypto'
import { type ErrorCode, RollcallError, toRollcallError } from '../errors.ts'
import { context, escapeText, type Message, message, modal, paragraph, section } from './blocks.ts'

type Rest = { holds: string; todo: string }

const NOTHING = 'Nothing was changed.'
const KEPT = 'The last good data is kept and nothing in the register was changed.'
const AGAIN = 'Try again in a minute.'

/** What still holds and what to do, where the error itself does not name a remedy. */
const ANSWERS: Record<ErrorCode, Rest> = {
  bad_request: { holds: NOTHING, todo: 'Check what you entered and try again.' },
  not_found: { holds: NOTHING, todo: 'Type /datasync to see how things stand now.' },
  not_allowed: { holds: NOTHING, todo: 'Ask a workspace admin.' },
  conflict: { holds: NOTHING, todo: 'Type /datasync to see how things stand now.' },
  expired: { holds: NOTHING, todo: 'Start again with /datasync.' },
  provider_key_refused: { holds: KEPT, todo: 'Reconnect with /datasync connect.' },
  provider_forbidden: {
    holds: KEPT,
    todo: 'Grant the missing permission in the HR system, then Retrieve Now.',
  },
  provider_rate_limited: { holds: KEPT, todo: 'Wait a few minutes, then Retrieve Now.' },
  provider_unavailable: { holds: KEPT, todo: 'Wait a few minutes, then Retrieve Now.' },
  provider_timeout: { holds: KEPT, todo: 'Wait a few minutes, then Retrieve Now.' },
  provider_bad_answer: {
    holds: KEPT,
    todo: 'Try Retrieve Now; if it stays, tell support the reference below.',
  },
  provider_empty: { holds: KEPT, todo: 'Check in the HR system that the credentials may see people.' },
  provider_redirected: { holds: KEPT, todo: 'Tell support the reference below.' },
  provider_too_large: { holds: KEPT, todo: 'Tell support the reference below.' },
  slack_failed: { holds: NOTHING, todo: AGAIN },
  database_unavailable: { holds: NOTHING, todo: AGAIN },
  secret_unreadable: { holds: KEPT, todo: 'Reconnect with /datasync connect.' },
  bad_settings: { holds: NOTHING, todo: 'Tell whoever runs Rollcall the reference below.' },
  internal: { holds: NOTHING, todo: `${AGAIN} If it keeps happening, tell support the reference below.` },
}

/** Outcomes of a click rather than failures: nobody has to look into them. */
const EXPECTED: ReadonlySet<ErrorCode> = new Set([
  'bad_request',
  'not_found',
  'not_allowed',
  'conflict',
  'expired',
])

export const isExpected = ({ code }: RollcallError): boolean => EXPECTED.has(code)

/** What happened, what still holds, what to do; the reference stands in the log line of the same failure. */
export function failureMessage(error: RollcallError, reference: string): Message {
  const { holds, todo } = ANSWERS[error.code]
  const rest = error.code === 'internal' ? [holds, todo] : [holds, error.remedy ?? todo]
  const sentences = [error.message, ...rest.filter((it) => !error.message.includes(it))].join(' ')
  if (isExpected(error)) return sentence(sentences)
  const words = escapeText(sentences)
  return message(`${words} Reference ${reference}`, [section(words), context(`Reference ${reference}`)])
}

/** One plain sentence, for the one person who clicked. */
export const sentence = (text: string): Message => paragraph(escapeText(text))

/** The same words where only a window can be shown. */
export const noticeView = ({ blocks }: Message) => modal({ title: 'Rollcall', blocks })

export const newReference = (): string => randomBytes(3).toString('hex')

/** Slack's own failures and a database that is away are known; the rest is a surprise. */
export function asRollcallError(thrown: unknown): RollcallError {
  if (thrown instanceof RollcallError) return thrown
  if (isSlackFailure(thrown)) {
    return new RollcallError('slack_failed', 'Slack did not answer as expected.', { cause: thrown })
  }
  if (isDatabaseAway(thrown)) {
    return new RollcallError('database_unavailable', 'The database cannot be reached right now.', {
      cause: thrown,
    })
  }
  return toRollcallError(thrown)
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''

const isSlackFailure = (thrown: unknown) => codeOf(thrown).startsWith('slack_')

/** Connection refused or lost, and Postgres' own class 08 and 57P: shutting down, starting up. */
const isDatabaseAway = (thrown: unknown) =>
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|08\w{3}|57P\w{2})$/.test(codeOf(thrown))
