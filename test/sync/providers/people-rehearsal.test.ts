import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DIFFICULT_KEYS } from '../../../demo/hris/difficult-person.ts'
import { DEMO_BAMBOOHR, DEMO_PERSONIO, type Hris, startHris } from '../../../demo/hris/server.ts'
import type { Employee } from '../../../src/model.ts'
import { createProviderClient } from '../../../src/sync/client.ts'
import { deliverRow, normaliseRow } from '../../../src/sync/deliver.ts'
import { baseUrlOf, type Credentials, type Provider } from '../../../src/sync/provider.ts'
import { bamboohr } from '../../../src/sync/providers/bamboohr.ts'
import { hibob } from '../../../src/sync/providers/hibob.ts'
import { PROVIDERS } from '../../../src/sync/providers/index.ts'
import { personio } from '../../../src/sync/providers/personio.ts'
import { readPeople } from '../../../src/sync/read-people.ts'

const TODAY = '2026-11-23'

let hris: Hris
beforeAll(async () => {
  hris = await startHris({ people: 60, today: TODAY, rateLimit: null })
})
afterEach(() => hris.control.reset())
afterAll(() => hris.close())

const vendors: [Provider, Credentials, () => string][] = [
  [hibob, { serviceUserId: 'SERVICE-rehearsal', token: 'rehearsal-token-1' }, () => hris.hibobUrl],
  [bamboohr, DEMO_BAMBOOHR, () => hris.bamboohrUrl],
  [personio, DEMO_PERSONIO, () => hris.personioUrl],
]

test('every provider that can be asked for a few people is tried here', () => {
  const able = PROVIDERS.filter(({ people }) => people !== undefined).map(({ id }) => id)
  expect(vendors.map(([{ id }]) => id).toSorted()).toEqual(able.toSorted())
})

describe.each(vendors)('$id', (provider, credentials, url) => {
  const client = () =>
    createProviderClient(provider, credentials, {
      baseUrl: baseUrlOf(provider, credentials, url()),
      sleep: async () => undefined,
    })
  const customFields = async () => (await provider.catalogue?.(client()))?.map(({ id }) => id) ?? []

  async function readEverybody(): Promise<Map<string, Employee>> {
    const people = new Map<string, Employee>()
    const request = { today: TODAY, customFields: await customFields() }
    for await (const { rows, context } of provider.pages(client(), request)) {
      for (const raw of rows) {
        const row = normaliseRow(deliverRow(provider, raw, context, 'unreadable'))
        if (row.ok) people.set(row.employee.recordId, row.employee)
      }
    }
    return people
  }
  const readSome = async (recordIds: readonly string[]) =>
    readPeople(provider, client(), { today: TODAY, customFields: await customFields(), recordIds })

  test('difficult people are the same, read by id or all together, with all fields there are', async () => {
    const everybody = await readEverybody()
    const wanted = [...everybody.values()].slice(0, Math.min(50, DIFFICULT_KEYS.length))
    const { people } = await readSome(wanted.map(({ recordId }) => recordId))
    expect(new Map(people.map(({ employee }) => [employee.recordId, employee]))).toEqual(
      new Map(wanted.map((each) => [each.recordId, each])),
    )
  })

  test('whoever is hidden or not there is no answer', async () => {
    const [first, ...others] = (await readEverybody()).keys()
    const left = [...(await readEverybody()).values()].find(({ status }) => status === 'left')!.recordId
    hris.control.forbid('former people')
    await expect(readSome([first!, left])).rejects.toMatchObject({ code: 'provider_bad_answer' })
    hris.control.reset()
    expect((await readSome([first!, left])).people).toHaveLength(2)
    const nobody = first!.replace(/...$/, '999')
    expect(others).not.toContain(nobody)
    await expect(readSome([first!, nobody])).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })

  test('an empty answer, and one that breaks off, are no answer', async () => {
    const [first] = (await readEverybody()).keys()
    for (const kind of ['empty', 'truncated'] as const) {
      hris.control.addFault({ kind })
      await expect(readSome([first!])).rejects.toMatchObject({ code: 'provider_bad_answer' })
      hris.control.clearFaults()
    }
  })
})
