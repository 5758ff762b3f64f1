import type { KnownBlock, View } from '@slack/types'
import { expect } from 'vitest'
import { validateMessage, validateView } from '../../../demo/slack/validate.ts'
import type { Message } from '../../../src/bot/blocks.ts'
import type { ConnectionState } from '../../../src/bot/screens/connection-state.view.ts'
import type { Held } from '../../../src/bot/screens/held-words.view.ts'
import type { SyncLine } from '../../../src/bot/screens/history-words.view.ts'
import type { HomeState } from '../../../src/bot/screens/home.view.ts'
import type { PlanRow, PlanSummary } from '../../../src/bot/screens/plan.view.ts'
import type { SyncState } from '../../../src/bot/screens/sync-now.view.ts'
import type { SyncOutcome } from '../../../src/bot/screens/sync-result.view.ts'
import { PLAN_KINDS, type PlanCounts, type SyncCounts } from '../../../src/model.ts'

export const NOW = new Date('2026-11-20T09:30:00Z')
export const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const counts = (some: Partial<PlanCounts> = {}): PlanCounts => ({
  ...(Object.fromEntries(PLAN_KINDS.map((kind) => [kind, 0])) as Omit<PlanCounts, 'people' | 'meeting'>),
  people: 0,
  meeting: 0,
  ...some,
})

export function plan(some: Partial<PlanCounts> = {}): PlanSummary {
  const all = counts(some)
  return {
    planId: id(1),
    hash: '7f3a'.padEnd(64, '0'),
    code: '7f3a',
    counts: all,
    toApply: all.create + all.update + all.left + all.returned + all.link,
    retrievedAt: new Date('2026-11-20T06:12:00Z'),
  }
}

export const connection = (some: Partial<ConnectionState> = {}): ConnectionState => ({
  connectionId: id(9),
  label: 'HiBob',
  status: 'active',
  problem: null,
  people: 253,
  meetConditions: 214,
  lastGood: { at: new Date('2026-11-20T06:12:00Z') },
  readAgain: null,
  lastFailure: null,
  running: null,
  nextAt: new Date('2026-11-21T06:00:00Z'),
  plan: plan({ create: 14, update: 3, unchanged: 195, conflict: 2 }),
  conflicts: {
    identifier: 'workEmail',
    reasons: [
      { reason: 'shared_identifier', people: 1 },
      { reason: 'no_identifier', people: 1 },
    ],
  },
  planProblem: null,
  syncing: null,
  heldFields: [],
  fieldProblems: [],
  held: null,
  ...some,
})

/** What a brake says of a plan that it holds. */
export const held = (some: Partial<Held> = {}): Held => ({
  brake: 'emails',
  what: 'This would change the email of 31 of 40 people.',
  limit: 'Up to 3 pass.',
  check: 'Is the field right?',
  confirming: 'Confirming writes the new emails.',
  count: 31,
  others: 0,
  writes: true,
  ...some,
})

export const home = (connections: readonly ConnectionState[], some: Partial<HomeState> = {}): HomeState => ({
  now: NOW,
  connections,
  stakeholders: 231,
  lastSync: null,
  decisions: 0,
  only: null,
  ...some,
})

/** One sync in a line, as History, Home and the result message tell it. */
export const syncLine = (some: Partial<SyncLine> = {}): SyncLine => ({
  syncId: id(5),
  connectionId: id(9),
  label: 'HiBob',
  status: 'applied',
  actor: { kind: 'slack', userId: 'U_DANA' },
  counts: syncCounts({ created: 14, updated: 3 }),
  createdAt: NOW,
  appliedAt: NOW,
  errorMessage: null,
  undoes: null,
  depth: 0,
  letThroughWords: [],
  offered: true,
  ...some,
})

export const syncCounts = (some: Partial<SyncCounts> = {}): SyncCounts => ({
  created: 0,
  updated: 0,
  linked: 0,
  skipped: 0,
  reversed: 0,
  kept: 0,
  ...some,
})

export const row = (some: Partial<PlanRow> = {}): PlanRow => ({
  ordinal: 0,
  recordId: '3332883884017713951',
  kind: 'create',
  name: 'Ana Núñez',
  fields: {
    workEmail: { before: null, after: 'ana.nunez@acme.example' },
    jobTitle: { before: null, after: 'Designer' },
    startDate: { before: null, after: '2026-12-01' },
  },
  reasonText: null,
  ...some,
})

export const syncing = (some: Partial<SyncState> = {}): SyncState => ({
  connectionId: id(9),
  label: 'HiBob',
  plan: plan({ create: 14, update: 3, conflict: 2 }),
  look: [],
  lookTotal: 0,
  moved: null,
  held: null,
  heldFields: [],
  askedBy: null,
  chosen: null,
  names: [],
  ...some,
})

/** A sync that was applied. */
export const outcome = (some: Partial<SyncOutcome> = {}): SyncOutcome => ({
  ...syncLine(),
  later: [],
  ...some,
})

/** As hostile and as long as HR data gets: markup, right to left, emoji, and no end. */
export const HOSTILE = `<!channel> *bold* _it_ & \`code\` <@U1> ${'שלום 👩🏽‍💻 '.repeat(400)}`

export const expectView = (view: View) => expect(validateView(view)).toEqual([])
export const expectMessage = (message: Message) => expect(validateMessage(message)).toEqual([])

type Element = { type: string; text?: { text: string }; style?: string; action_id?: string; value?: string }
const elementsOf = (block: KnownBlock): Element[] => {
  const { accessory, elements = [] } = block as { accessory?: Element; elements?: Element[] }
  return [...(accessory ? [accessory] : []), ...elements]
}

export const buttons = (blocks: readonly unknown[]): Element[] =>
  (blocks as KnownBlock[]).flatMap(elementsOf).filter(({ type }) => type === 'button')
export const labels = (blocks: readonly unknown[]) => buttons(blocks).map(({ text }) => text?.text)
export const primaries = (blocks: readonly unknown[]) =>
  buttons(blocks)
    .filter(({ style }) => style === 'primary')
    .map(({ text }) => text?.text)

/** The words of mrkdwn, where markup would be read as such. */
export function markup(blocks: readonly unknown[]): string {
  const words: string[] = []
  JSON.stringify(blocks, (_key, value) => {
    if (value?.type === 'mrkdwn') words.push(value.text)
    return value
  })
  return words.join('\n')
}
