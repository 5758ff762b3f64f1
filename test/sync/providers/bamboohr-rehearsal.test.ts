import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DIFFICULT_KEYS, difficultId } from '../../../demo/hris/difficult-person.ts'
import { DEMO_BAMBOOHR, type Hris, startHris } from '../../../demo/hris/server.ts'
import { shortIdOf } from '../../../demo/hris/short-ids.ts'
import { type Employee, STANDARD_FIELD_KEYS } from '../../../src/model.ts'
import { createProviderClient } from '../../../src/sync/client.ts'
import { normaliseEmployee } from '../../../src/sync/core/normalise.ts'
import { baseUrlOf, type Credentials, type Provider } from '../../../src/sync/provider.ts'
import { bamboohr } from '../../../src/sync/providers/bamboohr.ts'
import { hibob } from '../../../src/sync/providers/hibob.ts'

const TODAY = '2026-11-23'

let hris: Hris
beforeAll(async () => {
  hris = await startHris({ people: 60, today: TODAY, rateLimit: null })
})
afterAll(() => hris.close())

function clientOf(provider: Provider, credentials: Credentials, url: string) {
  const baseUrl = baseUrlOf(provider, credentials, url)
  return createProviderClient(provider, credentials, { baseUrl, sleep: async () => undefined })
}
const bambooClient = (credentials: Credentials = DEMO_BAMBOOHR) =>
  clientOf(bamboohr, credentials, hris.bamboohrUrl)

async function readWith(
  provider: Provider,
  client: ReturnType<typeof clientOf>,
): Promise<Map<string, Employee>> {
  const people = new Map<string, Employee>()
  for await (const { rows, context } of provider.pages(client, { today: TODAY, customFields: [] })) {
    for (const raw of rows) {
      const row = normaliseEmployee(provider.toEmployee(provider.row.parse(raw), context))
      if (!row.ok) throw new Error(row.problem)
      people.set(row.employee.recordId, row.employee)
    }
  }
  return people
}

describe('the rehearsal company, over HTTP', () => {
  test('is read whole, leavers and future joiners too, and the probe misses nothing', async () => {
    const people = await readWith(bamboohr, bambooClient())
    const statuses = new Set([...people.values()].map(({ status }) => status))
    expect(people.size).toBe(60)
    expect([...statuses].sort()).toEqual(['active', 'leave', 'left', 'onboarding'])
    expect(await bamboohr.probe(bambooClient())).toEqual({ people: 60, unread: [] })
  })

  test('comes out as from HiBob, but for what BambooHR says differently', async () => {
    const { id: serviceUserId, token } = hris.credentials
    const bob = await readWith(hibob, clientOf(hibob, { serviceUserId, token }, hris.hibobUrl))
    const bamboo = await readWith(bamboohr, bambooClient())
    const differences = DIFFICULT_KEYS.flatMap((key) => {
      const [a, b] = [bob.get(difficultId(key))!, bamboo.get(String(shortIdOf(difficultId(key))))!]
      return STANDARD_FIELD_KEYS.filter((field) => field !== 'country' && a[field] !== b[field]).map(
        (field) => `${key}: ${field} ${a[field]} / ${b[field]}`,
      )
    })
    // A contract that ended has no kind any more, and BambooHR's own status has no word for a pilot.
    expect(differences).toEqual([
      'rehireOldRecord: employmentType Permanent / null',
      'unheardOfStatus: employmentType Permanent / secondment pilot',
      'unheardOfStatus: status unknown / active',
      'yearEdgeDate: employmentType Permanent / null',
    ])
    for (const person of bob.values()) {
      const { managerRecordId } = person
      const manager = bamboo.get(String(shortIdOf(person.recordId)))?.managerRecordId
      expect(manager).toBe(managerRecordId === null ? null : String(shortIdOf(managerRecordId)))
    }
  })

  test('is closed to another key, and unknown under another name', async () => {
    const wrongKey = bambooClient({ ...DEMO_BAMBOOHR, apiKey: 'f'.repeat(40) })
    await expect(bamboohr.probe(wrongKey)).rejects.toMatchObject({
      code: 'provider_key_refused',
      message: 'BambooHR did not accept the company domain or API key.',
    })
    const stranger = bambooClient({ ...DEMO_BAMBOOHR, companyDomain: 'someone-else' })
    await expect(bamboohr.probe(stranger)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })

  test('shows what an access level withholds as unread, and says where to grant it', async () => {
    hris.control.forbid('payroll', true)
    hris.control.forbid('home', true)
    try {
      const { unread } = await bamboohr.probe(bambooClient())
      expect(unread).toEqual(['personalEmail', 'employmentType'])
      const [person] = (await readWith(bamboohr, bambooClient())).values()
      expect(person).toMatchObject({ personalEmail: null, unread: expect.arrayContaining([...unread]) })
      expect(bamboohr.whereToGrant('personalEmail')).toBe(
        'In BambooHR, open Settings > Access Levels, choose the level of the user who made this key and let it view Home Email under Contact.',
      )
    } finally {
      hris.control.forbid('payroll', false)
      hris.control.forbid('home', false)
    }
  })

  test.each([429, 503])('is read in spite of a %s that asks to wait', async (status) => {
    const kind = status === 429 ? 'rate_limited' : 'unavailable'
    const pauses: number[] = []
    hris.control.addFault({ kind, times: 1, retryAfterSeconds: 7 })
    const client = createProviderClient(bamboohr, DEMO_BAMBOOHR, {
      baseUrl: baseUrlOf(bamboohr, DEMO_BAMBOOHR, hris.bamboohrUrl),
      sleep: async (ms) => void pauses.push(ms),
    })
    expect((await readWith(bamboohr, client)).size).toBe(60)
    expect(pauses).toEqual([7_000])
  })
})
