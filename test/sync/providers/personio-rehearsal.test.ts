import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DIFFICULT_KEYS, difficultId } from '../../../demo/hris/difficult-person.ts'
import { DEMO_PERSONIO, type Hris, startHris } from '../../../demo/hris/server.ts'
import { shortIdOf } from '../../../demo/hris/short-ids.ts'
import { type Employee, STANDARD_FIELD_KEYS } from '../../../src/model.ts'
import { createProviderClient } from '../../../src/sync/client.ts'
import { normaliseEmployee } from '../../../src/sync/core/normalise.ts'
import {
  baseUrlOf,
  type Credentials,
  type Provider,
  type WebhookDelivery,
} from '../../../src/sync/provider.ts'
import { hibob } from '../../../src/sync/providers/hibob.ts'
import { personio } from '../../../src/sync/providers/personio.ts'
import { askPersonio } from '../../demo/hris-vendors.ts'

const TODAY = '2026-11-23'
const PEOPLE = 130

let hris: Hris
let german: Hris
beforeAll(async () => {
  hris = await startHris({ people: PEOPLE, today: TODAY, rateLimit: null })
  german = await startHris({ people: PEOPLE, today: TODAY, rateLimit: null, personioLanguage: 'de' })
})
afterAll(() => Promise.all([hris.close(), german.close()]))

function clientOf(provider: Provider, credentials: Credentials, url: string, pauses: number[] = []) {
  const baseUrl = baseUrlOf(provider, credentials, url)
  return createProviderClient(provider, credentials, { baseUrl, sleep: async (ms) => void pauses.push(ms) })
}
const personioClient = (credentials: Credentials = DEMO_PERSONIO, url = hris.personioUrl) =>
  clientOf(personio, credentials, url)

async function readWith(
  provider: Provider,
  client: ReturnType<typeof clientOf>,
  today = TODAY,
  custom: string[] = [],
) {
  const people = new Map<string, Employee>()
  for await (const { rows, context } of provider.pages(client, { today, customFields: custom })) {
    for (const raw of rows) {
      const row = normaliseEmployee(provider.toEmployee(provider.row.parse(raw), context))
      if (!row.ok) throw new Error(row.problem)
      people.set(row.employee.recordId, row.employee)
    }
  }
  return people
}
const shortId = (id: string | null) => (id === null ? null : String(shortIdOf(id)))

describe('the rehearsal company, over HTTP', () => {
  test('is read whole, leavers and future joiners too, with one token', async () => {
    const before = hris.control.state().requests['POST /personio/v1/auth'] ?? 0
    const people = await readWith(personio, personioClient())
    expect(people.size).toBe(PEOPLE)
    expect([...new Set([...people.values()].map(({ status }) => status))].sort()).toEqual([
      'active',
      'leave',
      'left',
      'onboarding',
      'unknown',
    ])
    expect(hris.control.state().requests['POST /personio/v1/auth']).toBe(before + 1)
  })

  test('is probed by two requests, and nothing that could be granted is missing', async () => {
    const count = () => Object.values(hris.control.state().requests).reduce((sum, each) => sum + each, 0)
    const before = count()
    expect(await personio.probe(personioClient())).toEqual({ people: PEOPLE, unread: [] })
    expect(count()).toBe(before + 2)
  })

  test('is the same in an account that speaks another language', async () => {
    const other = await readWith(personio, personioClient(DEMO_PERSONIO, german.personioUrl))
    expect(other).toEqual(await readWith(personio, personioClient()))
  })

  test('comes out as from HiBob on every day, but for what Personio says differently', async () => {
    const moving = await startHris({ people: 30, today: TODAY, rateLimit: null })
    const { id: serviceUserId, token } = moving.credentials
    try {
      for (let day = 0; day <= 6; day++) {
        const today = moving.control.company().today()
        const bob = await readWith(hibob, clientOf(hibob, { serviceUserId, token }, moving.hibobUrl), today)
        const mine = await readWith(personio, personioClient(DEMO_PERSONIO, moving.personioUrl), today)
        expect(mine.size).toBe(bob.size)
        for (const key of DIFFICULT_KEYS) {
          const [a, b] = [bob.get(difficultId(key))!, mine.get(shortId(difficultId(key)) ?? '')!]
          const differing = STANDARD_FIELD_KEYS.filter((field) => a[field] !== b[field])
          const allowed = ['country', 'employmentType']
          expect({ day, key, differing }).toEqual({ day, key, differing: allowed })
          // Personio says of somebody's contract only whether it is one of employment, and of a country nothing.
          expect(b.employmentType).toBe(a.employmentType === 'Contractor' ? 'external' : 'internal')
          expect(b).toMatchObject({ country: null, unread: ['country'] })
          expect(b.managerRecordId).toBe(shortId(a.managerRecordId))
        }
        moving.control.advance(1)
      }
    } finally {
      await moving.close()
    }
  })

  test('is closed to another secret, in plain words', async () => {
    const client = personioClient({ ...DEMO_PERSONIO, clientSecret: 'papi-another-secret' })
    await expect(personio.probe(client)).rejects.toMatchObject({
      code: 'provider_key_refused',
      message: 'Personio did not accept the client ID or client secret.',
    })
  })

  test('is read in spite of a 429 that asks to wait', async () => {
    const pauses: number[] = []
    hris.control.addFault({ kind: 'rate_limited', times: 1, retryAfterSeconds: 7 })
    const client = clientOf(personio, DEMO_PERSONIO, hris.personioUrl, pauses)
    expect((await readWith(personio, client)).size).toBe(PEOPLE)
    expect(pauses).toEqual([7_000])
  })
})

describe('what is not on the whitelist', () => {
  const forbidden = ['email', 'internal', 'dynamic_7104'] as const
  afterEach(() => {
    for (const part of forbidden) hris.control.forbid(part, false)
  })

  test('is unread and not blank, and it is said where to tick it', async () => {
    const whole = await readWith(personio, personioClient())
    for (const part of forbidden) hris.control.forbid(part, true)
    const { unread } = await personio.probe(personioClient())
    expect(unread).toEqual(['workEmail', 'personalEmail', 'status', 'endDate'])
    for (const [id, person] of await readWith(personio, personioClient())) {
      expect(person).toEqual({
        ...whole.get(id),
        workEmail: null,
        personalEmail: null,
        status: 'unknown',
        statusText: null,
        endDate: null,
        unread: expect.arrayContaining([...unread]),
      })
    }
    expect(personio.whereToGrant('workEmail')).toBe(
      'In Personio, open Settings > Integrations > API credentials, choose these credentials and tick Email under Readable employee attributes.',
    )
  })
})

describe('the catalogue', () => {
  const ids = ['dynamic_7201', 'dynamic_7202', 'dynamic_7203', 'dynamic_7204']

  test('has the attributes of the company in the words of its account, and each can be read', async () => {
    const fields = await personio.catalogue(personioClient(DEMO_PERSONIO, german.personioUrl))
    expect(fields).toContainEqual({
      id: 'dynamic_7201',
      label: 'T-Shirt-Größe',
      type: 'choice',
      category: null,
      choices: ['XS', 'S', 'M', 'L', 'XL', 'XXL', '3XL'],
      deprecated: false,
    })
    expect(fields).toContainEqual({
      id: 'dynamic_7202',
      label: 'Ausweisnummer',
      type: 'number',
      category: null,
      choices: [],
      deprecated: false,
    })
    expect(fields.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    for (const { id } of fields)
      expect(id).not.toMatch(/^(id|email|status|supervisor|dynamic_7101|dynamic_7104)$/)
    const [person] = (await readWith(personio, personioClient(), TODAY, ids)).values()
    expect(Object.keys(person!.custom).sort()).toEqual(ids)
  })
})

describe('a webhook', () => {
  const URL_OF_OURS = 'https://rollcall.example/webhooks/personio/abc'
  type AtVendor = { id: string; url: string; enabled_events: string[] }
  async function atVendor(): Promise<AtVendor[]> {
    const answer = (await (await askPersonio(hris, '/v2/webhooks')).json()) as { _data: AtVendor[] }
    return answer._data
  }
  const { register, unregister } = personio.webhook.setUp

  test('is registered with a token of its own, enabled, and replaced when it is registered again', async () => {
    await askPersonio(hris, '/v2/webhooks', {
      url: 'https://payroll.example/hook',
      description: 'Payroll',
      auth_type: 'NONE',
      enabled_events: ['person.created'],
    })
    const first = await register(personioClient(), URL_OF_OURS)
    const second = await register(personioClient(), URL_OF_OURS)
    expect(second.secret).not.toBe(first.secret)
    expect(second.secret).toMatch(/^[\w-]{43}$/)
    const hooks = await atVendor()
    expect(hooks.map(({ url }) => url)).toEqual(['https://payroll.example/hook', URL_OF_OURS])
    expect(hooks[1]).toMatchObject({ id: second.remoteId, status: 'ENABLED', auth_type: 'TOKEN' })
    expect(hooks[1]?.enabled_events).toEqual(
      expect.arrayContaining(['person.updated', 'employment.terminated']),
    )
    await unregister(personioClient(), second.remoteId)
    expect((await atVendor()).map(({ url }) => url)).toEqual(['https://payroll.example/hook'])
  })

  test('delivers what its own token opens, and names people who are there', async () => {
    const company = await startHris({ people: 60, today: TODAY, rateLimit: null })
    const delivered: WebhookDelivery[] = []
    const ours = createServer(async (incoming, response) => {
      const rawBody = await buffer(incoming)
      delivered.push({ headers: new Headers({ ...incoming.headers } as Record<string, string>), rawBody })
      response.end()
    })
    await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve))
    try {
      const client = personioClient(DEMO_PERSONIO, company.personioUrl)
      const { secret } = await register(client, `http://127.0.0.1:${(ours.address() as AddressInfo).port}/`)
      company.control.advance(3)
      await company.webhooks.settled()
      const known = await readWith(personio, client)
      expect(delivered.length).toBeGreaterThan(0)
      for (const delivery of delivered) {
        expect(personio.webhook.verify(delivery, secret)).toBe('genuine')
        expect(personio.webhook.verify(delivery, `${secret}x`)).toBe('forged')
        const [id, ...others] = personio.webhook.recordIds(JSON.parse(delivery.rawBody.toString()))
        expect(others).toEqual([])
        expect(known.has(id ?? '')).toBe(true)
      }
    } finally {
      ours.close()
      await company.close()
    }
  })

  test('that the credentials may not register is refused in plain words, and nothing is registered', async () => {
    const before = await atVendor()
    hris.control.forbid('webhooks', true)
    try {
      await expect(register(personioClient(), URL_OF_OURS)).rejects.toMatchObject({
        code: 'provider_forbidden',
        message: 'Personio does not let these credentials register webhooks.',
        remedy: expect.stringContaining('tick Webhooks'),
      })
    } finally {
      hris.control.forbid('webhooks', false)
    }
    expect(await atVendor()).toEqual(before)
  })
})
