import { countCached } from '../db/cache.ts'
import { deleteConditionDrafts } from '../db/condition-drafts.ts'
import { lockConnection } from '../db/connection-health.ts'
import { getConnection } from '../db/connections.ts'
import { deleteKeptLedger } from '../db/kept-ledgers.ts'
import { findPlanBeingSynced } from '../db/plans.ts'
import {
  discardPlans,
  forgetCached,
  lockUnfinishedRetrievals,
  updateCancelled,
  updateRemoved,
} from '../db/removal.ts'
import { findLastFailure, findRunningRetrieval } from '../db/retrieval-health.ts'
import { expectManyRows } from '../db/session.ts'
import { bumpOtherConnections } from '../db/settings.ts'
import { deleteWebhook, findWebhook, type WebhookRow } from '../db/webhooks.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { enqueue } from './jobs.ts'
import { lockRegister } from './plan-locks.ts'
import type { Provider } from './provider.ts'
import { unregisterWebhook } from './webhook-registration.ts'

type Place = { companyId: string; connectionId: string }

/** What disconnecting would do now, and what it has to wait for. */
export type Removal = {
  /** In the cache. */
  people: number
  /** `registered`: we made it and take it back; `by_hand`: an admin made it, if there is one. */
  webhook: 'registered' | 'by_hand' | 'none'
  busy: 'reading' | 'syncing' | null
}

export async function previewRemoval(ctx: Context, place: Place): Promise<Removal> {
  const connection = await getConnection(ctx.db, place.companyId, place.connectionId)
  const retrieval = await findRunningRetrieval(ctx.db, place.companyId, place.connectionId)
  const syncing = await findPlanBeingSynced(ctx.db, place.companyId, place.connectionId)
  const webhook = await findWebhook(ctx.db, place)
  return {
    people: await countCached(ctx.db, place),
    webhook: webhookOf(ctx.providers.get(connection.provider), webhook),
    busy: syncing ? 'syncing' : retrieval?.status === 'running' ? 'reading' : null,
  }
}

function webhookOf({ webhook }: Provider, row: WebhookRow | undefined): Removal['webhook'] {
  if (webhook === undefined || row === undefined) return 'none'
  if (webhook.setUp.by === 'admin') return 'by_hand'
  return row.remote_id === null ? 'none' : 'registered'
}

/** `left`: the vendor could not be asked to stop sending. It is told that there is nothing here when it does. */
export type Removed = { webhook: 'taken_back' | 'left' | 'by_hand' | 'none' }

/**
 * Deletes credentials, cache, open plans, unsaved conditions and webhook. Register, links, settings, decisions and
 * history stay, and are taken up again when this connection is set up anew.
 * @throws RollcallError `conflict` while it is read or a confirmed sync of it is written: nothing was deleted
 */
export async function removeConnection(
  ctx: Context,
  companyId: string,
  connectionId: string,
): Promise<Removed> {
  const place = { companyId, connectionId }
  const { label } = ctx.providers.get((await getConnection(ctx.db, companyId, connectionId)).provider)
  const { connection, webhook } = await ctx.db.transaction().execute(async (trx) => {
    await expectManyRows(trx)
    await lockRegister(trx, companyId)
    const locked = await lockConnection(trx, companyId, connectionId)
    if (await findPlanBeingSynced(trx, companyId, connectionId)) throw stillBusy('syncing', label)
    const unfinished = await lockUnfinishedRetrievals(trx, place)
    if (unfinished.some(({ status }) => status === 'running')) throw stillBusy('reading', label)

    const known = await findWebhook(trx, place)
    const failure = await findLastFailure(trx, companyId, connectionId)
    await updateCancelled(trx, place, `${label} was disconnected before this retrieval started.`, ctx.now)
    await discardPlans(trx, place, ctx)
    await deleteConditionDrafts(trx, place)
    await forgetCached(trx, place, ctx.now)
    await deleteKeptLedger(trx, place)
    await deleteWebhook(trx, place)
    await updateRemoved(trx, place)
    await bumpOtherConnections(trx, companyId, connectionId)
    // Their messages lose the buttons that this connection could do something with.
    const retrievals = [
      ...unfinished.map((it) => it.retrieval_id),
      locked.cache_retrieval_id,
      failure?.retrieval_id,
    ]
    for (const id of new Set(retrievals))
      if (id) await enqueue(trx, 'announce', { companyId, subject: `retrieval:${id}` })
    return { connection: locked, webhook: known }
  })
  ctx.log.info({ connectionId, actor: ctx.actor }, 'a connection was removed')

  const kind = webhookOf(ctx.providers.get(connection.provider), webhook)
  if (kind !== 'registered' || webhook?.remote_id == null)
    return { webhook: kind === 'registered' ? 'none' : kind }
  return { webhook: (await unregisterWebhook(ctx, connection, webhook.remote_id)) ? 'taken_back' : 'left' }
}

const BUSY = {
  reading: (label: string) => `${label} is being read at this moment, so it was not disconnected.`,
  syncing: (label: string) =>
    `A sync from ${label} is being written at this moment, so it was not disconnected.`,
}

const stillBusy = (busy: keyof typeof BUSY, label: string) =>
  new RollcallError('conflict', BUSY[busy](label), {
    remedy: 'Try again when that is done.',
  })
