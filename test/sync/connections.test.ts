import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findConnection, listConnections } from '../../src/db/connections.ts'
import {
  acceptCredentials,
  dailyMinuteOf,
  finishLinking,
  openCredentials,
  startLinking,
} from '../../src/sync/connections.ts'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { claimLinkSession, findLinkSession, holdsLinkSession } from '../../src/sync/link-sessions.ts'
import type { Credentials } from '../../src/sync/provider.ts'
import { ADMIN, type Service, startService } from '../http/service.ts'

let service: Service
let right: Credentials
const wrong: Credentials = { serviceUserId: 'SERVICE-nobody', token: 'not-the-token-at-all' }

beforeAll(async () => {
  service = await startService()
  right = { serviceUserId: service.hris.credentials.id, token: service.hris.credentials.token }
})
afterAll(() => service.close())

beforeEach(() => service.startOver())

async function open(connectionId?: string) {
  const { token } = await service.newLink(connectionId === undefined ? {} : { connectionId })
  const session = await findLinkSession(service.context(), token)
  if (session === undefined) throw new Error('the link is not known')
  return { token, session }
}

const again = async (token: string) => (await findLinkSession(service.context(), token))!

async function connect(): Promise<string> {
  const { session } = await open()
  const { connectionId } = await acceptCredentials(service.context(), session, right)
  await finishLinking(service.context(), session)
  return connectionId
}

async function everything(...tables: string[]): Promise<string> {
  const all = await Promise.all(
    tables.map((table) => service.database.pool.query(`select * from ${table} order by 1, 2`)),
  )
  return JSON.stringify(all.map(({ rows }) => rows))
}

describe('a link', () => {
  test('is stored as a hash only and ends after 15 minutes', async () => {
    const before = Date.now()
    const { token, expiresAt } = await startLinking(service.context(), {
      companyId: service.companyId,
      provider: 'hibob',
      slackUserId: ADMIN,
    })
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(expiresAt.getTime() - before).toBeGreaterThan(14.9 * 60_000)
    expect(expiresAt.getTime() - before).toBeLessThan(15.1 * 60_000)
    const { rows } = await service.database.pool.query(
      'select token_hash, link_session::text as whole from link_session',
    )
    expect(rows[0].token_hash).toEqual(createHash('sha256').update(token).digest())
    expect(rows[0].whole).not.toContain(token)

    const late = { ...service.context(), now: new Date(expiresAt.getTime()) }
    expect((await findLinkSession(late, token))?.state).toBe('expired')
    expect((await again(token)).state).toBe('open')
    expect(await findLinkSession(service.context(), 'x'.repeat(43))).toBeUndefined()
  })

  test('goes to exactly one of two browsers that ask at once, and to that one as often as it asks', async () => {
    const { token, session } = await open()
    const ctx = service.context()
    const outcomes = await Promise.all(['a', 'b'].map((secret) => claimLinkSession(ctx, session, secret)))
    expect(outcomes.toSorted()).toEqual(['claimed', 'elsewhere'])
    const [holder, other] = outcomes[0] === 'claimed' ? ['a', 'b'] : ['b', 'a']
    expect(await claimLinkSession(ctx, session, holder!)).toBe('claimed')
    expect(await claimLinkSession(ctx, session, other!)).toBe('elsewhere')
    const claimed = await again(token)
    expect(holdsLinkSession(claimed, holder)).toBe(true)
    expect(holdsLinkSession(claimed, other)).toBe(false)
    expect(holdsLinkSession(claimed, undefined)).toBe(false)
    expect(holdsLinkSession(session, holder)).toBe(false)
  })

  test('cannot be claimed once it has expired', async () => {
    const { token, session } = await open()
    const late = { ...service.context(), now: new Date(session.expiresAt.getTime() + 1) }
    expect(await claimLinkSession(late, session, 'a')).toBe('elsewhere')
    expect((await again(token)).browserHash).toBeNull()
  })

  test('renews a connection of its own company and provider only', async () => {
    const connectionId = await connect()
    const { rows } = await service.database.pool.query(
      "insert into company (slack_team_id, name) values ('T0OTHER', 'Other') returning company_id",
    )
    await expect(
      startLinking(service.context(), {
        companyId: rows[0].company_id,
        provider: 'hibob',
        slackUserId: ADMIN,
        connectionId,
      }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('credentials', () => {
  test('that HR refuses are stored nowhere', async () => {
    const { token, session } = await open()
    const before = await everything('connection', 'link_session')
    await expect(acceptCredentials(service.context(), session, wrong)).rejects.toMatchObject({
      code: 'provider_key_refused',
    })
    expect(await everything('connection', 'link_session')).toBe(before)
    expect((await again(token)).credentialsAccepted).toBe(false)
  })

  test('that HR accepts are sealed, and open only in their own place', async () => {
    const connectionId = await connect()
    const otherId = await connect()
    const { rows } = await service.database.pool.query(
      'select connection::text as whole, sealed_credentials from connection',
    )
    for (const { whole, sealed_credentials } of rows) {
      expect(sealed_credentials.includes(right['token'])).toBe(false)
      expect(sealed_credentials.includes(right['serviceUserId'])).toBe(false)
      expect(whole).not.toContain(right['token'])
    }
    const connection = (await findConnection(service.database.db, service.companyId, connectionId))!
    expect(openCredentials(service.context(), connection)).toEqual(right)
    expect(() => openCredentials(service.context(), { ...connection, connection_id: otherId })).toThrow()
    expect(() =>
      openCredentials(service.context(), { ...connection, company_id: crypto.randomUUID() }),
    ).toThrow()
  })

  test('sent twice at once make one connection', async () => {
    const { session } = await open()
    const ctx = service.context()
    const both = await Promise.all([
      acceptCredentials(ctx, session, right),
      acceptCredentials(ctx, session, right),
    ])
    expect(both[0].connectionId).toBe(both[1].connectionId)
    const { rows } = await service.database.pool.query('select count(*) as count from connection')
    expect(rows[0].count).toBe(1)
  })

  test('of a setup that was broken off are forgotten, those of one that goes on are not', async () => {
    const off = await open()
    await acceptCredentials(service.context(), off.session, right)
    const { rowCount } = await service.database.pool.query(
      "update link_session set expires_at = now() - interval '1 second'",
    )
    expect(rowCount).toBe(1)
    const on = await open()
    await acceptCredentials(service.context(), on.session, right)
    await open()
    const { rows } = await service.database.pool.query(
      `select l.expires_at > now() as open, c.sealed_credentials is not null as kept
       from link_session l join connection c using (company_id, connection_id) order by 1`,
    )
    expect(rows).toEqual([
      { open: false, kept: false },
      { open: true, kept: true },
    ])
  })
})

describe('finishing', () => {
  test('with a field that HR does not list does nothing at all', async () => {
    const { session } = await open()
    await acceptCredentials(service.context(), session, right)
    const [listed] = (await service.database.pool.query('select field_id from connection_field limit 1')).rows
    const before = await everything('connection', 'connection_field', 'retrieval', 'webhook', 'link_session')
    const extras = { webhookSecret: null, fieldIds: [listed.field_id, 'no.such.field'], hasSupport: false }
    await expect(finishLinking(service.context(), session, extras)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await everything('connection', 'connection_field', 'retrieval', 'webhook', 'link_session')).toBe(
      before,
    )
  })

  test('puts the connection in use and asks for the first retrieval, and before that nothing does', async () => {
    const { token, session } = await open()
    const { connectionId, seen } = await acceptCredentials(service.context(), session, right)
    expect(seen.people).toBeGreaterThan(0)
    expect(await listConnections(service.database.db, service.companyId)).toEqual([])
    expect(await everything('retrieval', 'sync_settings')).toBe('[[],[]]')

    const finished = await finishLinking(service.context(), session)
    expect(finished.connectionId).toBe(connectionId)
    const [connection] = await listConnections(service.database.db, service.companyId)
    expect(connection).toMatchObject({ connection_id: connectionId, status: 'active', problem: null })
    expect(connection!.next_retrieval_at.getTime()).toBeGreaterThan(Date.now())
    expect(
      connection!.next_retrieval_at.getUTCHours() * 60 + connection!.next_retrieval_at.getUTCMinutes(),
    ).toBe(connection!.daily_minute)
    const { rows: settings } = await service.database.pool.query('select * from sync_settings')
    expect(settings).toHaveLength(1)
    expect(settings[0]).toMatchObject({
      connection_id: connectionId,
      identifier: 'workEmail',
      conditions: { version: 1, match: 'all', items: [] },
      mapping: { version: 1, fields: {} },
      version: 1,
    })
    const { rows: retrievals } = await service.database.pool.query('select * from retrieval')
    expect(retrievals).toHaveLength(1)
    expect(retrievals[0]).toMatchObject({
      retrieval_id: finished.retrievalId,
      connection_id: connectionId,
      status: 'queued',
      actor: { kind: 'slack', userId: ADMIN },
    })
    const { rows: jobs } = await service.database.pool.query(
      'select task_identifier from graphile_worker.jobs order by 1',
    )
    expect(jobs.map((job) => job.task_identifier)).toEqual(['announce', 'retrieve'])
    expect((await again(token)).state).toBe('finished')

    const before = await everything('connection', 'retrieval', 'sync_settings', 'link_session')
    expect(await finishLinking(service.context(), session)).toEqual(finished)
    expect(await everything('connection', 'retrieval', 'sync_settings', 'link_session')).toBe(before)
    await expect(acceptCredentials(service.context(), session, right)).rejects.toMatchObject({
      code: 'expired',
    })
    expect(await everything('connection', 'retrieval', 'sync_settings', 'link_session')).toBe(before)
  })

  test('leaves nothing half done when its last step fails', async () => {
    const { session } = await open()
    await acceptCredentials(service.context(), session, right)
    const before = await everything('connection', 'retrieval', 'sync_settings', 'link_session')
    await service.database.pool.query('alter table retrieval add constraint refuses check (false)')
    try {
      await expect(finishLinking(service.context(), session)).rejects.toThrow('refuses')
      expect(await everything('connection', 'retrieval', 'sync_settings', 'link_session')).toBe(before)
    } finally {
      await service.database.pool.query('alter table retrieval drop constraint refuses')
    }
  })

  test('needs accepted credentials and a link that has not expired', async () => {
    const { session } = await open()
    await expect(finishLinking(service.context(), session)).rejects.toMatchObject({ code: 'expired' })
    await acceptCredentials(service.context(), session, right)
    const late = { ...service.context(), now: new Date(session.expiresAt.getTime() + 1) }
    await expect(finishLinking(late, session)).rejects.toMatchObject({ code: 'expired' })
    expect(await listConnections(service.database.db, service.companyId)).toEqual([])
  })
})

describe('reconnecting', () => {
  test('keeps the connection, its cache, links and settings, and mends it', async () => {
    const connectionId = await connect()
    const { companyId } = service
    const { pool } = service.database
    await pool.query('update connection set status = $1, problem = $2, problem_since = now()', [
      'broken',
      'Refused.',
    ])
    await pool.query("update sync_settings set identifier = 'employeeNumber', version = 4")
    await pool.query(
      'insert into cached_employee (company_id, connection_id, record_id, hash, employee) values ($1, $2, $3, $4, $5)',
      [companyId, connectionId, '17', Buffer.from('hash'), JSON.stringify({ workEmail: 'ana@acme.example' })],
    )
    const { rows } = await pool.query(
      'insert into stakeholder (company_id, fields) values ($1, $2) returning stakeholder_id',
      [companyId, JSON.stringify({ workEmail: 'ana@acme.example' })],
    )
    await pool.query(
      'insert into link (company_id, connection_id, record_id, stakeholder_id, base) values ($1, $2, $3, $4, $5)',
      [companyId, connectionId, '17', rows[0].stakeholder_id, '{}'],
    )
    const kept = await everything('cached_employee', 'link', 'stakeholder', 'sync_settings')

    const { token, session } = await open(connectionId)
    expect(session).toMatchObject({ connectionId, reconnecting: true, credentialsAccepted: false })
    const before = await everything('connection')
    await expect(acceptCredentials(service.context(), session, wrong)).rejects.toMatchObject({
      code: 'provider_key_refused',
    })
    expect(await everything('connection')).toBe(before)

    expect((await acceptCredentials(service.context(), session, right)).connectionId).toBe(connectionId)
    expect((await again(token)).credentialsAccepted).toBe(true)
    await finishLinking(service.context(), session)
    const [connection, ...others] = await listConnections(service.database.db, companyId)
    expect(others).toEqual([])
    expect(connection).toMatchObject({
      connection_id: connectionId,
      status: 'active',
      problem: null,
      problem_since: null,
    })
    expect(await everything('cached_employee', 'link', 'stakeholder', 'sync_settings')).toBe(kept)
  })

  test('takes up a removed connection again, which had forgotten its credentials and not its settings', async () => {
    const connectionId = await connect()
    const kept = await everything('sync_settings')
    await removeConnection(service.context(), service.companyId, connectionId)
    const removed = (await findConnection(service.database.db, service.companyId, connectionId))!
    expect(removed).toMatchObject({ status: 'removed', sealed_credentials: null })
    expect(() => openCredentials(service.context(), removed)).toThrow('No credentials')
    expect(await listConnections(service.database.db, service.companyId)).toEqual([])
    expect(await everything('sync_settings')).toBe(kept)

    const { session } = await open(connectionId)
    await acceptCredentials(service.context(), session, right)
    expect(await listConnections(service.database.db, service.companyId)).toEqual([])
    await finishLinking(service.context(), session)
    expect(await listConnections(service.database.db, service.companyId)).toMatchObject([
      { connection_id: connectionId },
    ])
  })
})

test('daily retrievals are spread between four and seven in the morning', () => {
  const minutes = Array.from({ length: 300 }, () => dailyMinuteOf(crypto.randomUUID()))
  expect(Math.min(...minutes)).toBeGreaterThanOrEqual(240)
  expect(Math.max(...minutes)).toBeLessThan(420)
  expect(new Set(minutes).size).toBeGreaterThan(90)
  expect(dailyMinuteOf('d7c1a1f0-0000-4000-8000-000000000000')).toBe(
    dailyMinuteOf('d7c1a1f0-0000-4000-8000-000000000000'),
  )
})
