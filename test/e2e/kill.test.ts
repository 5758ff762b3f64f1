import type { PoolClient } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { verifyChains } from '../../src/sync/chain.ts'
import { countStagings } from '../support/retrieval.ts'
import { cacheImage } from './support/cache-image.ts'
import { createKillableProduct, type KillableProduct } from './support/child-product.ts'
import { connectHibob } from './support/linking.ts'
import { expectSoon } from './support/soon.ts'

// Each test starts the product three times or more.
vi.setConfig({ testTimeout: 60_000 })

let product: KillableProduct
beforeEach(async () => {
  product = await createKillableProduct()
  await product.launch()
})
afterEach(() => product.close())

const PEOPLE = 250
/** Of the three searches of a retrieval the last never comes: everybody is listed, the first hundred are staged. */
const MIDWAY = { kind: 'hang', after: 2 } as const
const dana = () => product.desk.as('U_DANA')
const card = () => dana().messages('C_EQUITY').at(-1)
const said = (words: string) =>
  dana()
    .messages()
    .filter(({ text, visibleTo }) => visibleTo === null && text.includes(words))

test('a first retrieval that is killed midway is done by the next process, once, in the same message', async () => {
  const { desk, hris } = product
  await connectHibob(desk, hris.credentials, () => hris.control.addFault(MIDWAY))
  await expectSoon(() => said('100 of about 250 people so far').length).toBe(1)
  const [message] = said('Reading from HiBob')
  const [before] = await retrievals()
  await product.kill()
  expect(await retrievals()).toEqual([before])
  expect(before).toMatchObject({ status: 'running', attempts: 1 })
  expect(await cached()).toBe('0')

  hris.control.clearFaults()
  await product.launch()
  await expectSoon(() => said('250 people read from HiBob').length).toBe(1)
  expect(said('HiBob').map(({ ts }) => ts)).toEqual([message?.ts])
  const [after, ...others] = await retrievals()
  expect(others).toEqual([])
  expect(after).toMatchObject({ ...before, status: 'complete', attempts: 2, people_read: PEOPLE })
  expect(await cached()).toBe(String(PEOPLE))
  await expect.poll(() => countStagings(product.database)).toBe(0)
  // What HiBob allows is counted where every process sees it.
  expect(await count('rate_limit')).toBeGreaterThan(0)
  expect(desk.log.filter(({ ok }) => !ok)).toEqual([])
})

test('a retrieval killed midway leaves the cache as it was until the next process has read everybody', async () => {
  const { hris } = product
  await connectAndRead()
  const before = await cacheImage(product.database)
  hris.control.advance(3)
  hris.control.addFault(MIDWAY)
  await dana().command('/datasync retrieve')
  await expectSoon(async () => (await retrievals()).at(-1)?.status).toBe('running')
  await expectSoon(() => said('so far').length).toBe(1)
  const [message] = said('so far')
  await product.kill()
  expect(await cacheImage(product.database)).toBe(before)

  hris.control.clearFaults()
  await product.launch()
  await expectSoon(() => said('253 people read from HiBob').length).toBe(1)
  expect(said('253 people read from HiBob')[0]?.ts).toBe(message?.ts)
  expect((await retrievals()).map(({ status, attempts }) => [status, attempts])).toEqual([
    ['complete', 1],
    ['complete', 2],
  ])
  expect(await cached()).toBe('253')
  expect(said('HiBob')).toHaveLength(2)
})

test('a sync that is killed in the middle of its writing is written by the next process, once', async () => {
  const { hris } = product
  await connectAndRead()
  const creates = await changesOf('create')
  await killInTheMiddleOf(
    // The last stakeholder that it wants to create is somebody's uncommitted row: it has to wait there.
    (holder) =>
      holder.query(
        `insert into stakeholder (company_id, stakeholder_id, fields)
         select company_id, stakeholder_id, '{}' from plan_change
         where kind = 'create' order by ordinal desc limit 1`,
      ),
    async () => {
      expect(await count('stakeholder')).toBe(0)
      expect(await count('journal')).toBe(0)
    },
  )
  expect(await register()).toEqual({ people: creates, versions: creates, journal: creates, links: creates })

  hris.control.advance(3)
  await dana().command('/datasync retrieve')
  await expectSoon(() => said('253 people read from HiBob').length).toBe(1)
  const joined = await changesOf('create')
  const rewritten = (await changesOf('update')) + (await changesOf('left'))
  expect(rewritten).toBeGreaterThan(5)
  await killInTheMiddleOf(
    (holder) =>
      holder.query(
        `select from stakeholder where stakeholder_id =
           (select stakeholder_id from plan_change join plan using (company_id, plan_id)
            where kind = 'update' and status = 'open' order by ordinal desc limit 1) for update`,
      ),
    async () => {
      const unchanged = { people: creates, versions: creates, journal: creates, links: creates }
      expect(await register()).toEqual(unchanged)
    },
  )
  expect(await register()).toEqual({
    people: creates + joined,
    versions: creates + joined + rewritten,
    journal: creates + joined + rewritten,
    links: creates + joined,
  })
  expect(await verifyChains(product.database.db)).toMatchObject([{ syncs: 2, firstBroken: null }])
})

test('a sync that was confirmed, and whose process died before any job ran, is written by the next one', async () => {
  await connectAndRead()
  const creates = await changesOf('create')
  // A process that takes clicks and runs no jobs.
  await product.launch('web')
  await dana().command('/datasync sync', 'C_EQUITY')
  await expectSoon(() => JSON.stringify(card())).toContain('sync.confirm_card')
  const shown = card()?.ts
  await dana().click({ where: 'message', channel: 'C_EQUITY', actionId: 'sync.confirm_card' })
  await expectSoon(() => card()?.text).toContain('Syncing from HiBob')
  await product.kill()
  expect(await syncs()).toMatchObject([{ status: 'queued' }])
  expect(await count('stakeholder')).toBe(0)

  await product.launch()
  await expectSoon(() => card()?.text).toContain('Synced from HiBob')
  expect(card()?.ts).toBe(shown)
  expect(JSON.stringify(card())).not.toContain('sync.confirm_card')
  expect(await syncs()).toMatchObject([{ status: 'applied', counts: { created: creates, skipped: 0 } }])
  expect(await register()).toEqual({ people: creates, versions: creates, journal: creates, links: creates })
  expect(await verifyChains(product.database.db)).toMatchObject([{ syncs: 1, firstBroken: null }])
})

async function connectAndRead(): Promise<void> {
  await connectHibob(product.desk, product.hris.credentials)
  await expectSoon(() => said('250 people read from HiBob').length).toBe(1)
}

/** Confirms the plan, kills the process where `hold` makes its one statement wait, and lets the next one finish. */
async function killInTheMiddleOf(
  hold: (holder: PoolClient) => Promise<unknown>,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const holder = await product.database.pool.connect()
  try {
    await dana().command('/datasync sync', 'C_EQUITY')
    await expectSoon(() => JSON.stringify(card())).toContain('sync.confirm_card')
    await holder.query('begin')
    await hold(holder)
    await dana().click({ where: 'message', channel: 'C_EQUITY', actionId: 'sync.confirm_card' })
    await expectSoon(writing).toBe(1)
    await product.kill()
    expect((await syncs()).at(-1)?.status).toBe('queued')
    await meanwhile()
  } finally {
    await holder.query('rollback')
    holder.release()
  }
  await product.launch()
  await expectSoon(() => card()?.text).toContain('Synced from HiBob')
}

/** How many syncs are inside the statement that writes the register, waiting for a row. */
async function writing(): Promise<number> {
  const { rows } = await product.database.pool.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into stakeholder %'`,
  )
  return rows[0]?.n ?? -1
}

async function register() {
  const { rows } = await product.database.pool.query<Record<string, number>>(
    `select (select count(*)::int from stakeholder) as people,
       (select coalesce(sum(version), 0)::int from stakeholder) as versions,
       (select count(*)::int from journal where outcome in ('created', 'updated')) as journal,
       (select count(*)::int from link) as links`,
  )
  return rows[0]
}

async function count(table: 'stakeholder' | 'journal' | 'rate_limit'): Promise<number> {
  const { rows } = await product.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)
  return rows[0]?.n ?? -1
}

async function changesOf(kind: string): Promise<number> {
  const { rows } = await product.database.pool.query<{ n: number }>(
    `select count(*)::int as n from plan_change join plan using (company_id, plan_id)
     where status = 'open' and kind = $1`,
    [kind],
  )
  return rows[0]?.n ?? -1
}

const retrievals = () =>
  product.database.db
    .selectFrom('retrieval')
    .select(['retrieval_id', 'status', 'attempts', 'people_read', 'created_at'])
    .orderBy('created_at')
    .execute()
const syncs = () => product.database.db.selectFrom('sync').selectAll().orderBy('created_at').execute()

async function cached(): Promise<string> {
  const { rows } = await product.database.pool.query<{ n: string }>(
    'select count(*) as n from cached_employee where vanished_at is null',
  )
  return String(rows[0]?.n)
}
