import { z } from 'zod'
import type { Block } from '../block-kit/blocks.ts'
import { messageBlocks } from '../block-kit/surfaces.ts'
import { editMessage, getPosted, postMessage, removeMessage } from '../messages.ts'
import { botId, botUserId, team } from '../seed.ts'
import { SlackError } from '../slack-error.ts'
import type { Message } from '../types.ts'
import { errorLines, errorsIn, validateMessage } from '../validate.ts'
import { findUser, getChannel, isBotIn, type Workspace } from '../workspace.ts'
import { type Method, method, structured } from './method.ts'

const content = { text: z.string().optional(), blocks: structured('invalid_blocks_format') }

function parseContent(raw: { text?: string | undefined; blocks?: unknown }) {
  const problems = errorsIn(validateMessage(raw))
  const [first] = problems
  if (first) throw new SlackError(first.code, errorLines(problems))
  return { text: raw.text ?? '', blocks: messageBlocks.parse(raw.blocks ?? []) }
}

function channelForPosting(ws: Workspace, id: string) {
  const channel = getChannel(ws, id)
  if (!isBotIn(channel)) throw new SlackError('not_in_channel')
  return channel
}

const postMessageMethod = method(
  'chat:write',
  z.object({ channel: z.string(), thread_ts: z.string().optional(), ...content }),
  ({ ws }, args) => {
    const channel = channelForPosting(ws, args.channel)
    const message = postMessage(ws, {
      channel: channel.id,
      user: botUserId,
      threadTs: args.thread_ts ?? null,
      ...parseContent(args),
    })
    return { channel: channel.id, ts: message.ts, message: messagePayload(message) }
  },
)

const postEphemeral = method(
  'chat:write',
  z.object({ channel: z.string(), user: z.string(), thread_ts: z.string().optional(), ...content }),
  ({ ws }, args) => {
    const channel = channelForPosting(ws, args.channel)
    if (!findUser(ws, args.user)) throw new SlackError('user_not_found')
    if (!channel.members.includes(args.user)) throw new SlackError('user_not_in_channel')
    const message = postMessage(ws, {
      channel: channel.id,
      user: botUserId,
      threadTs: args.thread_ts ?? null,
      visibleTo: args.user,
      ...parseContent(args),
    })
    return { message_ts: message.ts }
  },
)

const update = method(
  'chat:write',
  z.object({ channel: z.string(), ts: z.string(), ...content }),
  ({ ws }, args) => {
    const channel = getChannel(ws, args.channel)
    const message = getPosted(ws, channel.id, args.ts)
    if (message.user !== botUserId) throw new SlackError('cant_update_message')
    editMessage(ws, message, parseContent(args))
    return { channel: channel.id, ts: message.ts, text: message.text, message: messagePayload(message) }
  },
)

const remove = method('chat:write', z.object({ channel: z.string(), ts: z.string() }), ({ ws }, args) => {
  const channel = getChannel(ws, args.channel)
  const message = getPosted(ws, channel.id, args.ts)
  if (message.user !== botUserId) throw new SlackError('cant_delete_message')
  removeMessage(ws, message)
  return { channel: channel.id, ts: message.ts }
})

export type MessagePayload = {
  type: 'message'
  user: string
  bot_id?: string
  team: string
  text: string
  ts: string
  blocks: Block[]
  thread_ts?: string
  edited?: { user: string; ts: string }
}

/** The message as Slack writes it in answers and payloads. */
export function messagePayload(message: Message): MessagePayload {
  return {
    type: 'message',
    user: message.user,
    ...(message.user === botUserId ? { bot_id: botId } : {}),
    team: team.id,
    text: message.text,
    ts: message.ts,
    blocks: message.blocks,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(message.editedTs === null ? {} : { edited: { user: message.user, ts: message.editedTs } }),
  }
}

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessageMethod,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
}
