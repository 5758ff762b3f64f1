import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import {
  type Delivery,
  deleteDeliveriesBefore,
  type FreshDelivery,
  insertDeliveries,
  listWebhooksByHash,
  updateHeard,
  type WebhookRow,
} from '../db/webhooks.ts'
import type { Actor } from '../model.ts'
import type { Context } from './context.ts'
import { joinTargets, type Targets } from './core/targets.ts'
import { requestRetrieval } from './retrieve.ts'
import { inBatches } from './webhook-batches.ts'

/** `repeated`: the very same bytes had come before, so there is nothing more to do. */
export type Receipt = 'stored' | 'repeated'

export type Inbox = {
  find(hookHash: Buffer): Promise<WebhookRow | undefined>
  /** Resolves once the delivery is stored and its retrieval requested; rejects when neither happened. */
  receive(delivery: ProviderDelivery): Promise<Receipt>
}

export type ProviderDelivery = Delivery & {
  provider: string
  /** Whom it names. */
  targets: Targets
}

/** A burst gathers this long before one retrieval reads what changed. */
const GATHER_MS = 10_000
const MAX_BATCH = 500
/**
 * Vendors repeat a delivery for three days at most. HiBob and Personio sign no time, so that a replay after these days
 * is taken for news: it costs one more reading of whom it names, and nothing else.
 */
const KEPT_DAYS = 7

type MakeContext = (actor: Actor) => Context

/** A thousand deliveries at once cost a few statements, a few commits and one retrieval. */
export function createInbox(makeContext: MakeContext): Inbox {
  return {
    find: inBatches((hashes) => findAll(makeContext({ kind: 'system' }), hashes), MAX_BATCH),
    receive: inBatches((deliveries) => store(makeContext, deliveries), MAX_BATCH),
  }
}

async function findAll({ db }: Context, hashes: readonly Buffer[]): Promise<(WebhookRow | undefined)[]> {
  const keys = hashes.map((hash) => hash.toString('hex'))
  const distinct = [...new Map(keys.map((key, index) => [key, hashes[index] as Buffer])).values()]
  const rows = await listWebhooksByHash(db, distinct)
  const byKey = new Map(rows.map((row) => [row.hook_hash.toString('hex'), row]))
  return keys.map((key) => byKey.get(key))
}

/** One transaction: deliveries, retrieval, whom it is to read, and job are all there or none is. */
async function store(makeContext: MakeContext, deliveries: readonly ProviderDelivery[]): Promise<Receipt[]> {
  const { db, now } = makeContext({ kind: 'system' })
  const providers = new Map(deliveries.map(({ connectionId, provider }) => [connectionId, provider]))
  const named = new Map(deliveries.map((delivery) => [keyOf(delivery), delivery.targets]))
  const fresh = await db.transaction().execute(async (trx) => {
    const stored = await insertDeliveries(trx, deliveries, now)
    for (const [connectionId, news] of Map.groupBy(stored, (each) => each.connectionId)) {
      const provider = providers.get(connectionId) ?? ''
      const targets = news.map((each) => named.get(keyOf(each)) ?? null).reduce(joinTargets)
      const [first] = news
      if (first) await wake(makeContext({ kind: 'webhook', provider }), trx, { ...first, provider, targets })
    }
    return new Set(stored.map(keyOf))
  })
  return deliveries.map((delivery) => (fresh.delete(keyOf(delivery)) ? 'stored' : 'repeated'))
}

/** One not in use, or known to be refused, is not read: finishing its setup or reconnecting it reads everybody anyway. */
async function wake(
  ctx: Context,
  trx: Transaction<Database>,
  { companyId, connectionId, isActive, provider, targets }: FreshDelivery & ProviderDelivery,
): Promise<void> {
  const place = { companyId, connectionId }
  await updateHeard(trx, place, ctx.now)
  if (!isActive) return
  const canTarget = ctx.providers.get(provider).people !== undefined
  const options = { afterMs: GATHER_MS, targets: canTarget ? targets : null }
  await requestRetrieval({ ...ctx, db: trx }, place, options)
}

/** Found by index, and mostly nothing: cheap enough for every minute, so that no day on which nothing ran is missed. */
export function forgetOldDeliveries({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  return deleteDeliveriesBefore(db, new Date(now.getTime() - KEPT_DAYS * 86_400_000))
}

const keyOf = ({ connectionId, digest }: Delivery) => `${connectionId} ${digest.toString('base64')}`
