import { Hono } from 'hono'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Db } from '../db/client.ts'
import { countJobsByState, countRetrievalsByStatus, countSyncsByStatus } from '../db/figures.ts'

type WebhookLabels = { provider: string; verdict: string }

/** Numbers only: nothing here names a company or a person. A registry per app, so that two can live in one process. */
export function createMetrics(db: Db) {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Histogram({
    name: 'rollcall_http_request_seconds',
    help: 'Time to answer HTTP requests, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 30],
    registers,
  })
  const webhooks = new Counter({
    name: 'rollcall_webhooks_total',
    help: 'Webhook deliveries by provider and by what became of them.',
    labelNames: ['provider', 'verdict'],
    registers,
  })
  const up = new Gauge({ name: 'rollcall_database_up', help: '1 when the database answers.', registers })
  const counted = [
    { name: 'rollcall_retrievals', help: 'Retrievals by status.', read: countRetrievalsByStatus },
    { name: 'rollcall_syncs', help: 'Syncs by status.', read: countSyncsByStatus },
    { name: 'rollcall_jobs', help: 'Jobs in the queue by state.', read: countJobsByState },
  ].map(({ name, help, read }) => ({
    gauge: new Gauge({ name, help, labelNames: ['status'], registers }),
    read,
  }))

  async function refresh(): Promise<void> {
    for (const { gauge } of counted) gauge.reset()
    try {
      for (const { gauge, read } of counted) {
        for (const { label, count } of await read(db)) gauge.set({ status: label }, count)
      }
      up.set(1)
    } catch {
      // The scrape must still say how HTTP does, and that the database is away.
      up.set(0)
    }
  }

  const routes = new Hono().get('/metrics', async (c) => {
    await refresh()
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType })
  })

  function observe(labels: { method: string; route: string; status: number }, seconds: number): void {
    requests.observe(labels, seconds)
  }

  return { routes, observe, countWebhook: (labels: WebhookLabels) => webhooks.inc(labels) }
}
