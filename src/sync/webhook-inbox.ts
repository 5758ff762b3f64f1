import { type Delivery, insertDeliveries } from '../db/webhooks.ts'
import type { Context } from './context.ts'
import { requestRetrieval } from './retrieve.ts'

export type Inbox = {
  /** Resolves once the delivery is stored and its retrieval requested; rejects when neither happened. */
  receive(delivery: Delivery & { provider: string }): Promise<void>
}

/** A burst gathers this long before one retrieval reads what changed. */
const GATHER_MS = 10_000
const MAX_BATCH = 500

type Waiting = {
  delivery: Delivery & { provider: string }
  done: () => void
  failed: (thrown: unknown) => void
}

/**
 * Group commit: whatever arrived while the last transaction ran is stored by the next one. Nobody is answered
 * before it is durable, and a thousand deliveries cost a few commits and become one retrieval.
 */
export function createInbox(makeContext: (provider: string) => Context): Inbox {
  let waiting: Waiting[] = []
  let flushing = false

  async function flush(): Promise<void> {
    flushing = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      await store(batch.map(({ delivery }) => delivery)).then(
        () => {
          for (const { done } of batch) done()
        },
        (thrown: unknown) => {
          for (const { failed } of batch) failed(thrown)
        },
      )
    }
    flushing = false
  }

  async function store(deliveries: readonly (Delivery & { provider: string })[]): Promise<void> {
    const providers = new Map(deliveries.map(({ connectionId, provider }) => [connectionId, provider]))
    const ctx = makeContext('')
    await ctx.db.transaction().execute(async (trx) => {
      for (const place of await insertDeliveries(trx, deliveries, ctx.now)) {
        const woken = makeContext(providers.get(place.connectionId) ?? '')
        await requestRetrieval({ ...woken, db: trx }, place, { afterMs: GATHER_MS })
      }
    })
  }

  return {
    receive: (delivery) =>
      new Promise((done, failed) => {
        waiting.push({ delivery, done, failed })
        if (!flushing) void flush()
      }),
  }
}
