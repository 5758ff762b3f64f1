import { expect, test } from 'vitest'
import { probeWithin } from '../../src/sync/probe.ts'
import type { Probe, Provider, ProviderClient } from '../../src/sync/provider.ts'

const client: ProviderClient = { json: () => Promise.reject(new Error('not asked here')) }
const providerWith = (probe: () => Promise<Probe>) => ({ label: 'HiBob', probe }) as unknown as Provider

test('a person who waits is told after the time limit, in words and with what to do', async () => {
  const never = providerWith(() => new Promise(() => undefined))
  await expect(probeWithin(never, client, 20)).rejects.toMatchObject({
    code: 'provider_timeout',
    message: expect.stringContaining('HiBob did not answer within'),
    retry: { when: 'later' },
    remedy: expect.stringContaining('try again'),
  })
})

test('an answer in time is passed on as it is', async () => {
  const seen: Probe = { people: 3, unread: ['phone'] }
  expect(
    await probeWithin(
      providerWith(async () => seen),
      client,
      1000,
    ),
  ).toBe(seen)
  const refused = new Error('refused')
  await expect(
    probeWithin(
      providerWith(() => Promise.reject(refused)),
      client,
      1000,
    ),
  ).rejects.toBe(refused)
})
