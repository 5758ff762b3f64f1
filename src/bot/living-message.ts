import type { WebClient } from '@slack/web-api'
import type { Db } from '../db/client.ts'
import { deletePlace, listPlaces, lockSubject, type MessagePlace, upsertPlace } from '../db/slack-messages.ts'
import type { Message } from './blocks.ts'
import { isSlackError } from './slack-errors.ts'

export type Living = {
  db: Db
  slack: WebClient
  companyId: string
  /** What it is about: `retrieval:<id>`, `sync:<id>`. */
  subject: string
  /** Who is told when no message is there yet; `null` is nobody. */
  recipient: string | null
  /**
   * Drawn from what the database says at that moment, so that whoever comes last writes the latest. It reads
   * through the connection that holds the lock: a second one could be waited for by all who have a first.
   */
  render: (db: Db) => Promise<Message | null>
}

/**
 * Edits every message about a subject, or posts the first one as a direct message. One at a time over all
 * processes: two that learn of a change together still make one message.
 * @returns whether a first message was posted
 */
export async function showLivingMessage(living: Living): Promise<boolean> {
  const { db, companyId, subject, recipient, render } = living
  return await db.transaction().execute(async (trx) => {
    await lockSubject(trx, companyId, subject)
    const message = await render(trx)
    if (message === null) return false
    const places = await listPlaces(trx, companyId, subject)
    const gone = []
    for (const place of places) if (!(await edit(living.slack, place, message))) gone.push(place)
    for (const place of gone) await deletePlace(trx, companyId, subject, place)
    if (places.length > gone.length || recipient === null) return false
    const posted = await living.slack.chat.postMessage({ channel: recipient, ...message })
    if (posted.channel && posted.ts) {
      await upsertPlace(trx, companyId, subject, { channelId: posted.channel, ts: posted.ts })
    }
    return true
  })
}

/** @returns false when the message or its channel is no longer there */
export async function edit(
  slack: WebClient,
  { channelId, ts }: MessagePlace,
  message: Message,
): Promise<boolean> {
  try {
    await slack.chat.update({ channel: channelId, ts, ...message })
    return true
  } catch (thrown) {
    if (isSlackError(thrown, 'message_not_found', 'channel_not_found', 'is_archived', 'cant_update_message'))
      return false
    throw thrown
  }
}
