import type { Delivery } from './deliver.ts'

/** What came of something a person did, as they would see it. */
export type Outcome = {
  ok: boolean
  /** What Slack says to the person when the app did not answer, or answered badly. */
  notice: string | null
  /** Errors shown at fields of the modal, by block_id. */
  errors: Record<string, string>
  /** The link that a pressed button opens. */
  url: string | null
}

export const done = (more: Partial<Outcome> = {}): Outcome => ({
  ok: true,
  notice: null,
  errors: {},
  url: null,
  ...more,
})

export const failed = (notice: string, more: Partial<Outcome> = {}): Outcome => ({
  ...done(more),
  ok: false,
  notice,
})

export const troubleConnecting = 'We had some trouble connecting. Try again?'

export type Failure = Extract<Delivery, { ok: false }>

/** The words under a button whose press did not get through. */
export function pressNotice(failure: Failure) {
  if (failure.reason === 'status') return `This app responded with Status Code ${failure.status}.`
  return failure.reason === 'timeout'
    ? 'Operation timed out. Apps need to respond within 3 seconds.'
    : 'This app could not be reached.'
}

/** What Slackbot says when a slash command did not get through. */
export function commandNotice(command: string, failure: Failure) {
  const error = failure.reason === 'timeout' ? 'operation_timeout' : 'dispatch_failed'
  return `${command} failed with the error "${error}"`
}
