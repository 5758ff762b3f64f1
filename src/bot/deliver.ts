import type { RespondFn } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { noticeView, sentence } from './answers.ts'
import type { Message } from './blocks.ts'
import type { MessageAnswer, WindowAnswer } from './listener.ts'
import type { Origin } from './request.ts'
import { openWindow, updateWindow, type Window } from './windows.ts'

/** Everything an answer can be delivered through. */
export type Way = {
  slack: WebClient
  userId: string
  origin: Origin
  triggerId: string
  respond: RespondFn | null
}

export const TOO_LATE = sentence(
  'Slack waited too long to open the window. Nothing was changed. Please click again.',
)

/** A window's content goes into `window`; words for one person go wherever that person looks. */
export async function deliverWindow(
  way: Way,
  window: Window | null,
  answer: WindowAnswer,
  again: () => Promise<WindowAnswer>,
): Promise<void> {
  if (window === null) return await deliverPrivately(way, TOO_LATE)
  const view = asView(answer)
  await updateWindow(way.slack, window, view, async () => asView(await again()))
}

const asView = (answer: WindowAnswer) => (answer.show === 'window' ? answer.view : noticeView(answer.message))

export async function deliverMessage(way: Way, answer: MessageAnswer): Promise<void> {
  switch (answer.show) {
    case 'nothing':
      return
    case 'private':
      return await deliverPrivately(way, answer.message)
    case 'instead':
      return await deliverInstead(way, answer.message)
    default:
      answer satisfies never
  }
}

/** Beside the message or command where it was asked; over a window or Home; else as a direct message. */
export async function deliverPrivately(way: Way, message: Message): Promise<void> {
  if (way.respond !== null) {
    await way.respond({ response_type: 'ephemeral', replace_original: false, ...message })
    return
  }
  if (await openWindow(way.slack, way.origin, way.triggerId, noticeView(message))) return
  await way.slack.chat.postMessage({ channel: way.userId, ...message })
}

/** A posted message is edited by its own id, which never expires; an ephemeral one only by its response URL. */
async function deliverInstead(way: Way, message: Message): Promise<void> {
  const { origin, respond, slack } = way
  if (origin.in === 'message' && !origin.ephemeral) {
    await slack.chat.update({ channel: origin.channelId, ts: origin.ts, ...message })
  } else if (origin.in === 'message' && respond !== null) {
    await respond({ response_type: 'ephemeral', replace_original: true, ...message })
  } else {
    await deliverPrivately(way, message)
  }
}
