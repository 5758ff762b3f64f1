import type { Option } from './block-kit/objects.ts'
import type { Manifest } from './manifest.ts'
import { changed, type Workspace } from './workspace.ts'

export type DeskSettings = {
  signingSecret: string
  botToken: string
  clientId: string
  clientSecret: string
  /** How long the app has to answer. Slack's 3 s, unless a test is in a hurry. */
  ackTimeoutMs: number
  /** Waits before each repetition of an event that was not acknowledged. */
  retryDelaysMs: readonly number[]
}

export type Fault = { error: string } | { retryAfterSeconds: number }

/** One request between the app and the stand-in: `in` came from the app, `out` went to it. */
export type LogEntry = {
  atMs: number
  direction: 'in' | 'out'
  name: string
  ok: boolean
  error: string | null
  messages: string[]
  body: unknown
}

export type DeskState = {
  ws: Workspace
  settings: DeskSettings
  manifest: Manifest | null
  appUrl: string
  url: string
  log: LogEntry[]
  faults: Map<string, Fault[]>
  /** Options an app last offered for an external select, by `user|block_id|action_id`. */
  offered: Map<string, Option[]>
  /** Unused OAuth codes and the redirect they were issued for. */
  oauthCodes: Map<string, string>
  closing: AbortController
}

const maxLog = 1000

export function record(desk: DeskState, entry: Omit<LogEntry, 'atMs'>) {
  desk.log.push({ atMs: desk.ws.now(), ...entry })
  if (desk.log.length > maxLog) desk.log.splice(0, desk.log.length - maxLog)
  changed(desk.ws)
}
