import { deliver } from './deliver.ts'
import { type DeskState, record } from './desk.ts'
import { sendEvent } from './events.ts'
import { postMessage } from './messages.ts'
import { commandNotice, done, failed, type Outcome } from './outcome.ts'
import { commandParcel } from './payloads.ts'
import { parseResponseBody, showResponse } from './response-urls.ts'
import { botUserId, slackbotId } from './seed.ts'
import { SlackError } from './slack-error.ts'
import type { Channel, User } from './types.ts'

/** Somebody sends `/command words` in a conversation. */
export async function runCommand(
  desk: DeskState,
  user: User,
  channel: Channel,
  line: string,
): Promise<Outcome> {
  const command = line.trim().split(' ')[0] ?? ''
  const refuse = (notice: string) => {
    postMessage(desk.ws, {
      channel: channel.id,
      user: slackbotId,
      text: notice,
      blocks: [],
      visibleTo: user.id,
    })
    return failed(notice)
  }
  if (desk.manifest && !desk.manifest.commands.some((it) => it.command === command)) {
    return refuse(`${command} is not a valid command.`)
  }
  const delivery = await deliver(desk, commandParcel(desk, user, channel, line))
  if (!delivery.ok) return refuse(commandNotice(command, delivery))
  if (delivery.body === '') return done()
  const problem = showAck(desk, user, channel, delivery.body)
  return problem === null ? done() : refuse(`${command} failed with the error "invalid_command_response"`)
}

/** An ack may carry the answer: plain text, or the JSON of a message. */
function showAck(desk: DeskState, user: User, channel: Channel, body: string): SlackError | null {
  try {
    const parsed = parseResponseBody(jsonOr(body, { text: body }))
    if (!parsed.success) throw new SlackError('invalid_payload', [parsed.error.message])
    showResponse(desk, { userId: user.id, channel: channel.id }, parsed.data)
    return null
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    const { code, messages } = error
    record(desk, { direction: 'out', name: 'command answer', ok: false, error: code, messages, body })
    return error
  }
}

function jsonOr(body: string, otherwise: unknown): unknown {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : otherwise
  } catch {
    return otherwise
  }
}

/** Somebody writes a plain message. The app hears of it in its own conversation, or when it is mentioned. */
export async function say(desk: DeskState, user: User, channel: Channel, text: string): Promise<Outcome> {
  const { ts } = postMessage(desk.ws, { channel: channel.id, user: user.id, text, blocks: [] })
  const event = { user: user.id, text, ts, channel: channel.id }
  if (channel.kind === 'im') await sendEvent(desk, { ...event, type: 'message', channel_type: 'im' })
  else if (text.includes(`<@${botUserId}>`)) await sendEvent(desk, { ...event, type: 'app_mention' })
  return done()
}
