import { randomBytes } from 'node:crypto'
import { botUserId, seedChannels, seedUsers } from './seed.ts'
import { SlackError } from './slack-error.ts'
import type { Channel, FormValues, Message, OpenView, ResponseUrl, Trigger, User } from './types.ts'

/** Everything the stand-in remembers. Mutated only by the functions in the files beside this one. */
export type Workspace = {
  now: () => number
  users: readonly User[]
  channels: Channel[]
  messages: Message[]
  homes: Map<string, OpenView>
  /** Each person's open modals, the top one last. */
  stacks: Map<string, OpenView[]>
  triggers: Map<string, Trigger>
  responseUrls: Map<string, ResponseUrl>
  /** What a person has picked in a message's own selects, by `person|channel|ts`. */
  messageValues: Map<string, FormValues>
  lastTs: number
  serial: number
  version: number
  listeners: Set<() => void>
}

export function createWorkspace(now: () => number = Date.now): Workspace {
  return {
    now,
    users: seedUsers,
    channels: seedChannels(),
    messages: [],
    homes: new Map(),
    stacks: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    messageValues: new Map(),
    lastTs: 0,
    serial: 0,
    version: 0,
    listeners: new Set(),
  }
}

export function changed(ws: Workspace) {
  ws.version += 1
  for (const listener of ws.listeners) listener()
}

export function onChange(ws: Workspace, listener: () => void): () => void {
  ws.listeners.add(listener)
  return () => ws.listeners.delete(listener)
}

export function nextId(ws: Workspace, prefix: string) {
  ws.serial += 1
  return `${prefix}${String(ws.serial).padStart(6, '0')}`
}

export const nextHash = (ws: Workspace) => `${Math.floor(ws.now() / 1000)}.${randomBytes(4).toString('hex')}`

/** Slack's message ids: seconds with six decimals, never the same twice in a workspace. */
export function nextTs(ws: Workspace) {
  ws.lastTs = Math.max(ws.now() * 1000, ws.lastTs + 1)
  return `${Math.floor(ws.lastTs / 1e6)}.${String(ws.lastTs % 1e6).padStart(6, '0')}`
}

export const findUser = (ws: Workspace, id: string) => ws.users.find((user) => user.id === id)

export function getUser(ws: Workspace, id: string): User {
  const user = findUser(ws, id)
  if (!user) throw new SlackError('user_not_found')
  return user
}

/** A channel id, `#name`, or a person's id, which stands for the app's direct conversation with them. */
export function findChannel(ws: Workspace, idOrName: string): Channel | undefined {
  return ws.channels.find(
    (channel) =>
      channel.id === idOrName ||
      (channel.kind === 'channel' && `#${channel.name}` === idOrName) ||
      (channel.kind === 'im' && channel.members[0] === idOrName),
  )
}

export function getChannel(ws: Workspace, idOrName: string): Channel {
  const channel = findChannel(ws, idOrName)
  if (!channel) throw new SlackError('channel_not_found')
  return channel
}

export const isBotIn = (channel: Channel) => channel.members.includes(botUserId)
