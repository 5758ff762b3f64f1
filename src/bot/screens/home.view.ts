import type { HomeView, KnownBlock } from '@slack/types'
import { z } from 'zod'
import type { PlanCounts } from '../../model.ts'
import {
  actions,
  button,
  context,
  divider,
  escapeText,
  header,
  homeTab,
  type Message,
  message,
  option,
  section,
} from '../blocks.ts'
import { needsAPerson } from './attention.view.ts'
import { connectionBlocks, connectionLine } from './connection.view.ts'
import type { ConnectionState } from './connection-state.view.ts'
import { lineWords, type SyncLine, undoButtons } from './history-words.view.ts'
import { CONFIGURE, CONNECT, DECISIONS, HISTORY, HISTORY_SYNC, STAKEHOLDERS } from './ids.view.ts'
import { planNumbers } from './plan.view.ts'
import { bold, capitalised, count, plural } from './words.view.ts'

export const CONNECTION_FILTER = 'home.connection'

export type HomeState = {
  now: Date
  connections: readonly ConnectionState[]
  stakeholders: number
  /** The last one that was applied, be it an undo. */
  lastSync: SyncLine | null
  /** How many answers about people are in force. */
  decisions: number
  /** The one connection to show of several; `null` is all of them. */
  only: string | null
}

/** The places there are to go from here. Each is a button; the current one is the headline. */
const NAVIGATION = [
  { id: CONFIGURE, label: 'Configure' },
  { id: STAKEHOLDERS, label: 'Stakeholders' },
  { id: HISTORY, label: 'History' },
]

/** A Home tab takes 100 blocks and a message 50; one connection in a list needs at most four. */
const LISTED = { home: 18, message: 8 }

export const homeView = (state: HomeState): HomeView => homeTab(dataSync(state, 'home'))

/** What a bare `/datasync` answers: the same state, for one person. */
export function statusMessage(state: HomeState): Message {
  return message(statusText(state), dataSync(state, 'message'))
}

/** Home for somebody who may not act: nothing that is not for them. */
export const closedHomeView = (): HomeView =>
  homeTab([
    header('Data Sync'),
    section('Rollcall keeps the stakeholder register in step with your HR system.'),
    context('Only workspace admins can use it. Ask one of them if you need something here.'),
  ])

export const parseConnectionFilter = (value: string): string | null =>
  z.guid().nullable().catch(null).parse(value)

function statusText({ connections }: HomeState): string {
  const [first] = connections
  if (first === undefined) return 'No HR system is connected yet. Type /datasync connect.'
  if (connections.length > 1) return `${count(connections.length)} HR systems are connected.`
  const numbers = first.plan ? ` ${capitalised(planNumbers(first.plan.counts))}.` : ''
  return `${escapeText(first.label)} is connected.${numbers}`
}

function dataSync(state: HomeState, surface: 'home' | 'message'): KnownBlock[] {
  const { connections } = state
  if (connections.length === 0) return nothingConnected(state)
  const shown = connections.find(({ connectionId }) => connectionId === state.only)
  const [single] = connections.length === 1 ? connections : shown ? [shown] : []
  return [
    header('Data Sync'),
    ...actions(...NAVIGATION.map(({ id, label }) => button(id, label))),
    ...(surface === 'home' ? filter(connections, shown) : []),
    ...(single ? connectionBlocks(single, state.now) : several(connections, state.now, surface)),
    divider,
    ...footer(state),
  ]
}

/** After the last one was disconnected the register and its history are still there. */
function nothingConnected(state: HomeState): KnownBlock[] {
  if (state.stakeholders === 0 && state.lastSync === null) return neverConnected()
  return [
    header('Data Sync'),
    ...actions(button(STAKEHOLDERS, 'Stakeholders'), button(HISTORY, 'History')),
    section('No HR system is connected. The register and its history are as they are.'),
    ...actions(button(CONNECT, 'Connect', { style: 'primary', says: 'Connect your HR system' })),
    divider,
    ...footer(state),
  ]
}

const neverConnected = (): KnownBlock[] => [
  header('Data Sync'),
  section(
    'Connect your HR system, look at what would change in your stakeholder register, and confirm. Nothing is written that you have not seen.',
  ),
  ...actions(button(CONNECT, 'Connect', { style: 'primary', says: 'Connect your HR system' })),
  context('Rollcall reads from your HR system and never writes to it.'),
]

/** Those that need a person come first; one line adds up what is to be done. */
function several(
  connections: readonly ConnectionState[],
  now: Date,
  surface: keyof typeof LISTED,
): KnownBlock[] {
  const ranked = connections.toSorted((a, b) => Number(needsAPerson(b, now)) - Number(needsAPerson(a, now)))
  const room = LISTED[surface]
  const rest = ranked.length - room
  const way = surface === 'home' ? 'choose one in the list above' : 'open Home to see them'
  return [
    section(sums(connections)),
    context('Each is synced on its own. Whoever is in several of them counts in each.'),
    ...ranked.slice(0, room).flatMap((connection) => connectionLine(connection, now)),
    ...(rest > 0 ? [context(`${count(rest)} more: ${way}.`)] : []),
  ]
}

/** "*2* HR systems, all together: *14* will be created, *3* updated, *2* need a look" */
function sums(connections: readonly ConnectionState[]): string {
  const systems = `${bold(connections.length)} HR systems`
  const counts = connections.flatMap(({ plan }) => (plan ? [plan.counts] : []))
  const [first, ...others] = counts
  return first === undefined
    ? `${systems}, and nothing to sync yet`
    : `${systems}, all together: ${planNumbers(others.reduce(addCounts, first))}`
}

const addCounts = (a: PlanCounts, b: PlanCounts): PlanCounts =>
  Object.fromEntries(
    (Object.keys(a) as (keyof PlanCounts)[]).map((key) => [key, a[key] + b[key]]),
  ) as PlanCounts

const ALL = option('all', 'All HR systems')

function filter(connections: readonly ConnectionState[], shown: ConnectionState | undefined): KnownBlock[] {
  if (connections.length < 2) return []
  const options = connections.slice(0, 99).map(({ connectionId, label }) => option(connectionId, label))
  return actions({
    type: 'static_select',
    action_id: CONNECTION_FILTER,
    options: [ALL, ...options],
    initial_option: options.find(({ value }) => value === shown?.connectionId) ?? ALL,
  })
}

function footer({ connections, decisions, lastSync, stakeholders }: HomeState): KnownBlock[] {
  const register = `${bold(stakeholders)} ${plural(stakeholders, 'stakeholder', 'stakeholders')} in the register`
  return [
    ...(lastSync ? lastSyncBlocks(lastSync) : []),
    context(register),
    ...actions(
      connections.length > 0 ? button(CONNECT, 'Connect another HR system') : null,
      decisions > 0 ? button(DECISIONS, `Decisions (${count(decisions)})`) : null,
    ),
  ]
}

const lastSyncBlocks = (lastSync: SyncLine): KnownBlock[] => [
  section(`Last change: ${lineWords(lastSync)}`),
  ...actions(
    button(HISTORY_SYNC, 'Details', { value: lastSync.syncId, says: 'Details of the last sync' }),
    ...undoButtons([lastSync]),
  ),
]
