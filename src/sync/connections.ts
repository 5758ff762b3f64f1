import { randomBytes, randomUUID } from 'node:crypto'
import {
  type ConnectionRow,
  getConnection,
  insertDefaultSettings,
  insertUnfinishedConnection,
  updateActivated,
  updateCredentials,
} from '../db/connections.ts'
import {
  deleteAbandoned,
  insertLinkSession,
  lockLinkSession,
  updateLinkSession,
} from '../db/link-sessions.ts'
import { listRetrievals } from '../db/retrievals.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { nextDailyAt } from './core/dates.ts'
import { openCredentials, sealCredentials } from './credentials.ts'
import { enqueue } from './jobs.ts'
import { type LinkSession, minutesAfter, sha256 } from './link-sessions.ts'
import { probeWithin } from './probe.ts'
import type { Credentials, Probe } from './provider.ts'
import { requestRetrieval } from './retrieve.ts'
import { prepareWebhook } from './webhook-registration.ts'

export { openCredentials }

const LINK_MINUTES = 15

/** @throws RollcallError `not_found` when the connection to renew is not this company's, or of another provider */
export async function startLinking(
  ctx: Context,
  request: {
    companyId: string
    provider: string
    slackUserId: string
    slackChannelId?: string | null
    connectionId?: string
  },
): Promise<{ token: string; expiresAt: Date }> {
  const { companyId, slackUserId, slackChannelId = null, connectionId = null } = request
  const provider = ctx.providers.get(request.provider)
  if (connectionId !== null) {
    const connection = await getConnection(ctx.db, companyId, connectionId)
    if (connection.provider !== provider.id) {
      throw new RollcallError('not_found', `There is no such connection to ${provider.label}.`)
    }
  }
  const token = randomBytes(32).toString('base64url')
  const expiresAt = minutesAfter(ctx.now, LINK_MINUTES)
  await deleteAbandoned(ctx.db, companyId, ctx.now)
  await insertLinkSession(ctx.db, {
    companyId,
    tokenHash: sha256(token),
    provider: provider.id,
    slackUserId,
    slackChannelId,
    connectionId,
    expiresAt,
  })
  return { token, expiresAt }
}

/**
 * Asks the HR system first; only what it accepted is sealed and stored.
 * @throws RollcallError `provider_*` when the HR system refuses or does not answer: nothing was stored
 */
export async function acceptCredentials(
  ctx: Context,
  session: LinkSession,
  credentials: Credentials,
): Promise<{ connectionId: string; probe: Probe }> {
  const provider = ctx.providers.get(session.provider)
  const probe = await probeWithin(provider, ctx.providers.client(provider, credentials))
  const { companyId, linkSessionId } = session

  const connectionId = await ctx.db.transaction().execute(async (trx) => {
    const locked = await lockLinkSession(trx, companyId, linkSessionId)
    if (locked.finished_at !== null || locked.expires_at <= ctx.now) throw noLongerOpen()
    // Read under the lock: of two submits at once the second renews what the first one made.
    const known = locked.connection_id
    const id = known ?? randomUUID()
    const sealed = sealCredentials(ctx, companyId, id, credentials)
    if (known !== null) {
      await updateCredentials(trx, companyId, id, sealed)
      return id
    }
    const dailyMinute = dailyMinuteOf(id)
    await insertUnfinishedConnection(trx, {
      companyId,
      connectionId: id,
      provider: provider.id,
      sealedCredentials: sealed,
      dailyMinute,
      nextRetrievalAt: nextDailyAt(dailyMinute, ctx.now),
      createdBy: ctx.actor,
    })
    await updateLinkSession(trx, companyId, linkSessionId, { connection_id: id })
    return id
  })
  return { connectionId, probe }
}

/** What the stored credentials can read now: for a look again after permissions were granted. */
export async function probeConnection(ctx: Context, connection: ConnectionRow): Promise<Probe> {
  const provider = ctx.providers.get(connection.provider)
  return probeWithin(provider, ctx.providers.client(provider, openCredentials(ctx, connection)))
}

/**
 * One transaction: the connection is in use, the first retrieval is requested, the link is spent. Repeating it is harmless.
 * @param webhookSecret as an admin pasted it; `null` leaves what there is
 */
export function finishLinking(
  ctx: Context,
  session: LinkSession,
  webhookSecret: string | null = null,
): Promise<{ connectionId: string; retrievalId: string }> {
  const { companyId, linkSessionId } = session
  return ctx.db.transaction().execute(async (trx) => {
    const locked = await lockLinkSession(trx, companyId, linkSessionId)
    const connectionId = locked.connection_id
    if (connectionId === null) throw noLongerOpen()
    if (locked.finished_at !== null) {
      const [latest] = await listRetrievals(trx, companyId, connectionId, 1)
      if (latest !== undefined) return { connectionId, retrievalId: latest.retrieval_id }
    }
    if (locked.expires_at <= ctx.now) throw noLongerOpen()
    await insertDefaultSettings(trx, companyId, connectionId, ctx.actor)
    const { daily_minute } = await getConnection(trx, companyId, connectionId)
    await updateActivated(trx, companyId, connectionId, nextDailyAt(daily_minute, ctx.now))
    await updateLinkSession(trx, companyId, linkSessionId, { finished_at: ctx.now })
    const { retrievalId } = await requestRetrieval({ ...ctx, db: trx }, { companyId, connectionId })
    await prepareWebhook({ ...ctx, db: trx }, { companyId, connectionId }, session.provider, webhookSecret)
    // So that Slack says at once that it is on its way, however long the queue is.
    await enqueue(trx, 'announce', { companyId, subject: `retrieval:${retrievalId}` })
    return { connectionId, retrievalId }
  })
}

const SPREAD_FROM = 4 * 60
const SPREAD_MINUTES = 3 * 60

/** Between 04:00 and 07:00 UTC, so that not every company asks its HR system in the same minute. */
export function dailyMinuteOf(connectionId: string): number {
  return SPREAD_FROM + (sha256(connectionId).readUInt32BE() % SPREAD_MINUTES)
}

function noLongerOpen(): RollcallError {
  return new RollcallError('expired', 'This link can no longer be used.', {
    remedy: 'Type /datasync connect in Slack to get a new one.',
  })
}
