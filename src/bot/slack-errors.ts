import { WebAPIPlatformError } from '@slack/web-api'

/** Slack's own word for what went wrong, as in `hash_conflict`; `null` when Slack did not answer at all. */
export const slackErrorOf = (thrown: unknown): string | null =>
  thrown instanceof WebAPIPlatformError ? thrown.data.error : null

export const isSlackError = (thrown: unknown, ...names: readonly string[]): boolean =>
  names.includes(slackErrorOf(thrown) ?? '')
