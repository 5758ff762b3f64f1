import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import {
  type Delivery,
  deleteDeliveriesBefore,
  type FreshDelivery,
  insertDeliveries,
  updateHeard,
} from '../db/webhooks.ts'
import type { Actor } from '../model.ts'
import type { Context } from './context.ts'
import { requestRetrieval } from './retrieve.ts'
import type { Place } from './webhooks.ts'

/** `repeated`: the very same bytes had come before, so there is nothing more to do. */
export type Receipt = 'stored' | 'repeated'

export type Inbox = {
  /** Resolves once the delivery is stored and its retrieval requested; rejects when neither happened. */
  receive(delivery: ProviderDelivery): Promise<Receipt>
}

export type ProviderDelivery = Delivery & { provider: string }

/** A burst gathers this long before one retrieval reads what changed. */
const GATHER_MS = 10_000
const MAX_BATCH = 500
/** Vendors repeat a delivery for three days at most. */
const KEPT_DAYS = 7

type Waiting = {
  delivery: ProviderDelivery
  resolve: (receipt: Receipt) => void
  reject: (thrown: unknown) => void
}

/**
 * Group commit: whatever arrived while the last transaction ran is stored by the next one. Nobody is answered
 * before it is durable, and a thousand deliveries cost a few commits and become one retrieval.
 */
export function createInbox(makeContext: (actor: Actor) => Context): Inbox {
  let waiting: Waiting[] = []
  let flushing = false

  async function flush(): Promise<void> {
    flushing = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      try {
        const receipts = await store(
          makeContext,
          batch.map(({ delivery }) => delivery),
        )
        batch.forEach(({ resolve }, index) => resolve(receipts[index] ?? 'repeated'))
      } catch (thrown) {
        for (const { reject } of batch) reject(thrown)
      }
    }
    flushing = false
  }

  return {
    receive: (delivery) =>
      new Promise((resolve, reject) => {
        waiting.push({ delivery, resolve, reject })
        if (!flushing) void flush()
      }),
  }
}

/** One transaction: deliveries, retrieval and job are all there or none is. @returns a receipt for each, in order */
async function store(
  makeContext: (actor: Actor) => Context,
  deliveries: readonly ProviderDelivery[],
): Promise<Receipt[]> {
  const { db, now } = makeContext({ kind: 'system' })
  const providers = new Map(deliveries.map(({ connectionId, provider }) => [connectionId, provider]))
  const fresh = await db.transaction().execute(async (trx) => {
    const stored = await insertDeliveries(trx, deliveries, now)
    for (const [connectionId, [first]] of Map.groupBy(stored, (each) => each.connectionId)) {
      const actor: Actor = { kind: 'webhook', provider: providers.get(connectionId) ?? '' }
      if (first !== undefined) await wake(makeContext(actor), trx, first)
    }
    return new Set(stored.map(keyOf))
  })
  return deliveries.map((delivery) => (fresh.delete(keyOf(delivery)) ? 'stored' : 'repeated'))
}

/** One not in use, or known to be refused, is not read: finishing its setup or reconnecting it reads everybody anyway. */
async function wake(ctx: Context, trx: Transaction<Database>, delivery: FreshDelivery): Promise<void> {
  const place: Place = { companyId: delivery.companyId, connectionId: delivery.connectionId }
  await updateHeard(trx, place, ctx.now)
  if (delivery.isActive) await requestRetrieval({ ...ctx, db: trx }, place, { afterMs: GATHER_MS })
}

/** Found by index, and mostly nothing: cheap enough for every minute, so that no day on which nothing ran is missed. */
export function forgetOldDeliveries({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  return deleteDeliveriesBefore(db, new Date(now.getTime() - KEPT_DAYS * 86_400_000))
}

const keyOf = ({ connectionId, digest }: Delivery) => `${connectionId} ${digest.toString('base64')}`
