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
import { bumpOtherConnections } from '../db/settings.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { nextDailyAt } from './core/dates.ts'
import { openCredentials, sealCredentials } from './credentials.ts'
import { requestField } from './fields.ts'
import { enqueue } from './jobs.ts'
import { type LinkSession, minutesAfter, sha256 } from './link-sessions.ts'
import { readOfferedFields } from './offered-fields.ts'
import { probeWithin } from './probe.ts'
import type { Credentials, Probe } from './provider.ts'
import { requestRetrieval } from './retrieve.ts'
import { prepareWebhook } from './webhook-registration.ts'

export { openCredentials }

const LINK_MINUTES = 15

/** What a look with the credentials showed. `fieldsListed`: the HR system said which custom fields it has, if any. */
export type Seen = Probe & { fieldsListed: boolean }

/** What an admin adds to the setup: the secret as it was pasted, and ids of custom fields to ask for. */
export type Extras = {
  /** `null` leaves what there is. */
  webhookSecret: string | null
  fieldIds: readonly string[]
  /** Whether support decides about these fields. */
  hasSupport: boolean
}

const NO_EXTRAS: Extras = { webhookSecret: null, fieldIds: [], hasSupport: false }

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
): Promise<{ connectionId: string; seen: Seen }> {
  const provider = ctx.providers.get(session.provider)
  const client = ctx.providers.client(provider, credentials)
  const probe = await probeWithin(provider, client)
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
  const fieldsListed = await readOfferedFields(ctx, { companyId, connectionId }, provider, client)
  return { connectionId, seen: { ...probe, fieldsListed } }
}

/** What the stored credentials can read now: for a look again after permissions were granted. */
export async function probeConnection(ctx: Context, connection: ConnectionRow): Promise<Seen> {
  const provider = ctx.providers.get(connection.provider)
  const client = ctx.providers.client(provider, openCredentials(ctx, connection))
  const probe = await probeWithin(provider, client)
  const place = { companyId: connection.company_id, connectionId: connection.connection_id }
  return { ...probe, fieldsListed: await readOfferedFields(ctx, place, provider, client) }
}

/**
 * One transaction: the connection is in use, the first retrieval is requested, the link is spent. Repeating it is harmless.
 * @throws RollcallError `not_found` when the HR system does not list one of the fields: nothing was finished
 */
export function finishLinking(
  ctx: Context,
  session: LinkSession,
  { fieldIds, hasSupport, webhookSecret }: Extras = NO_EXTRAS,
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
    await bumpOtherConnections(trx, companyId, connectionId)
    await updateLinkSession(trx, companyId, linkSessionId, { finished_at: ctx.now })
    const place = { companyId, connectionId }
    const { retrievalId } = await requestRetrieval({ ...ctx, db: trx }, place)
    await prepareWebhook({ ...ctx, db: trx }, place, session.provider, webhookSecret)
    for (const fieldId of fieldIds) {
      await requestField({ ...ctx, db: trx }, place, { fieldId, hasSupport, team: session.slackTeamId })
    }
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
