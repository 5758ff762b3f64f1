import type { WebClient } from '@slack/web-api'
import type { Context } from '../sync/context.ts'
import type { FormValues } from './screens/form.view.ts'

/** Where in Slack somebody clicked or typed. */
export type Origin =
  | { in: 'command'; channelId: string }
  | { in: 'message'; channelId: string; ts: string; ephemeral: boolean }
  | { in: 'modal'; viewId: string; hash: string; metadata: string; values: FormValues }
  | { in: 'home' }

/** One click, by somebody who may. Ids in `value` and `metadata` are looked up in `companyId`, never trusted. */
export type Request = {
  ctx: Context
  companyId: string
  teamId: string
  userId: string
  slack: WebClient
  origin: Origin
  /** The words after a command, the value of a button, or the option that was picked. */
  value: string
}

/** What a window was given to remember, and what was entered in it; empty outside a window. */
export const metadataOf = ({ origin }: Request): string => (origin.in === 'modal' ? origin.metadata : '')
export const valuesOf = ({ origin }: Request): FormValues => (origin.in === 'modal' ? origin.values : {})
