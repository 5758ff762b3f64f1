import type { ParsedBlock } from './block-kit/blocks.ts'
import { withIds } from './block-kit/identify.ts'
import { SlackError } from './slack-error.ts'
import type { Message } from './types.ts'
import { changed, nextId, nextTs, type Workspace } from './workspace.ts'

/** Slack cuts longer text rather than refusing it. */
const maxText = 40_000

export type NewMessage = {
  channel: string
  user: string
  text: string
  blocks: readonly ParsedBlock[]
  threadTs?: string | null
  visibleTo?: string | null
}

export function postMessage(ws: Workspace, { channel, user, text, blocks, threadTs, visibleTo }: NewMessage) {
  const message: Message = {
    ts: nextTs(ws),
    channel,
    user,
    text: text.slice(0, maxText),
    blocks: withIds(blocks, () => nextId(ws, 'b')),
    editedTs: null,
    threadTs: threadTs ?? null,
    visibleTo: visibleTo ?? null,
  }
  ws.messages.push(message)
  changed(ws)
  return message
}

export function findMessage(ws: Workspace, channel: string, ts: string): Message | undefined {
  return ws.messages.find((message) => message.channel === channel && message.ts === ts)
}

/** Ephemeral messages cannot be reached through the Web API, so they are not found here. */
export function getPosted(ws: Workspace, channel: string, ts: string): Message {
  const message = findMessage(ws, channel, ts)
  if (!message || message.visibleTo !== null) throw new SlackError('message_not_found')
  return message
}

export function editMessage(
  ws: Workspace,
  message: Message,
  change: { text: string; blocks: readonly ParsedBlock[] },
) {
  message.text = change.text.slice(0, maxText)
  message.blocks = withIds(change.blocks, () => nextId(ws, 'b'))
  message.editedTs = nextTs(ws)
  changed(ws)
}

export function removeMessage(ws: Workspace, message: Message) {
  ws.messages = ws.messages.filter((other) => other !== message)
  changed(ws)
}

/** What one person sees in a conversation, oldest first, replies under the message they answer. */
export function messagesSeenBy(ws: Workspace, userId: string, channel: string): Message[] {
  return ws.messages
    .filter((it) => it.channel === channel && (it.visibleTo === null || it.visibleTo === userId))
    .toSorted((a, b) => order(a).localeCompare(order(b)))
}

const order = (message: Message) => `${message.threadTs ?? message.ts} ${message.ts}`
