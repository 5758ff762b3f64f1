import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import { receiversForTests } from './hris-receiver.ts'
import { control, hrisForTests } from './hris-support.ts'
import { askBamboo, askPersonio } from './hris-vendors.ts'

const start = hrisForTests()
const listen = receiversForTests()

test('HiBob’s webhook is set up over the control page with a ping, and kept only if that is answered 200', async () => {
  const hris = await start()
  const receiver = await listen()
  receiver.answers.push(204, 500)
  const body = { url: receiver.url, secret: 'bob-secret' }
  expect((await control(hris, '/webhooks/hibob', body)).status).toBe(400)
  expect(receiver.received.map((each) => each.body)).toEqual(['"Ping test"', '{"text":"Ping test"}'])
  hris.control.patch('accents', { title: 'Falconer' })
  await hris.webhooks.settled()
  expect(receiver.received).toHaveLength(2)

  receiver.answers.push(500)
  expect((await control(hris, '/webhooks/hibob', body)).status).toBe(200)
  expect(receiver.received).toHaveLength(4)
  const refused = await control(hris, '/webhooks/hibob', { url: 'http://example.com', secret: 'x' })
  expect(refused.status).toBe(400)
  await control(hris, '/webhooks/hibob', undefined, 'DELETE')
  hris.control.patch('accents', { title: 'Rower' })
  await hris.webhooks.settled()
  expect(receiver.received).toHaveLength(4)
})

test('HiBob signs the bytes of each event, which names fields and no values, in the order of the changes', async () => {
  const hris = await start()
  const receiver = await listen()
  await control(hris, '/webhooks/hibob', { url: receiver.url, secret: 'bob-secret' })
  receiver.received.length = 0
  receiver.answers.push(503)
  hris.control.patch('accents', { title: 'Falconer', personalPhone: '+44 7700 900999' })
  hris.control.patch('leadingZeros', { title: 'Rower' })
  await hris.webhooks.settled()
  for (const { headers, body } of receiver.received) {
    const signature = createHmac('sha512', 'bob-secret').update(body).digest('base64')
    expect(headers['bob-signature']).toBe(signature)
    expect(body).not.toMatch(/Falconer|7700/)
  }
  const [first, again, second] = receiver.received.map(({ body }) => JSON.parse(body))
  expect(again).toEqual(first)
  expect(first).toEqual({
    companyId: 636192,
    type: 'employee.updated',
    triggeredBy: 'system',
    triggeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
    version: 'v2',
    data: {
      employeeId: difficultId('accents'),
      fieldUpdates: [{ id: 'work.title' }, { id: 'home.mobilePhone' }],
    },
  })
  expect(second.data).toEqual({
    employeeId: difficultId('leadingZeros'),
    fieldUpdates: [{ id: 'work.title' }],
  })
})

test('HiBob tells of joiners, of first days and of last days', async () => {
  const hris = await start()
  const receiver = await listen()
  await control(hris, '/webhooks/hibob', { url: receiver.url, secret: 'bob-secret' })
  hris.control.advance(9)
  await hris.webhooks.settled()
  const events = receiver.received.slice(1).map(({ body }) => JSON.parse(body))
  const of = (type: string) =>
    events.filter((event) => event.type === type).map(({ data }) => data.employeeId)
  expect(of('employee.created')).toHaveLength(9)
  expect(of('employee.joined')).toContain(difficultId('futureJoiner'))
  expect(of('employee.left')).toContain(difficultId('backDatedLeaver'))
  expect(of('employee.left')).not.toContain(difficultId('rehireOldRecord'))
})

test('a patch that changes nothing, a patch for nobody and a reset tell nobody anything', async () => {
  const hris = await start()
  const receiver = await listen()
  await control(hris, '/webhooks/hibob', { url: receiver.url, secret: 'bob-secret' })
  hris.control.patch('leadingZeros', { employeeNumber: '00042' })
  hris.control.patch('nobody', { title: 'X' })
  hris.control.reset()
  await hris.webhooks.settled()
  expect(receiver.received).toHaveLength(1)
})

test('webhooks outlive a restart, and the control page shows them without their secrets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hris-'))
  try {
    const stateFile = join(folder, 'hris.json')
    const first = await start({ stateFile })
    const [bob, bamboo, personio] = [await listen(), await listen(), await listen()]
    await control(first, '/webhooks/hibob', { url: bob.url, secret: 'bob-secret' })
    const created = { name: 'R', format: 'json', events: ['employee.created'], url: bamboo.url }
    await askBamboo(first, '/v1/webhooks', created)
    const hook = { description: 'R', token: 'personio-token', enabled_events: ['person.created'] }
    await askPersonio(first, '/v2/webhooks', { ...hook, url: personio.url, status: 'ENABLED' })
    await first.close()

    const again = await start({ stateFile })
    again.control.advance(1)
    await again.webhooks.settled()
    expect(bob.received.length).toBeGreaterThan(1)
    expect([bamboo.received.length, personio.received.length]).toEqual([1, 1])
    const page = await (await fetch(`${again.url}/control`)).text()
    for (const { url } of [bob, bamboo, personio]) expect(page).toContain(url)
    expect(page).not.toMatch(/bob-secret|personio-token/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a server that is closed does not go on trying', async () => {
  const hris = await start()
  const receiver = await listen()
  await control(hris, '/webhooks/hibob', { url: receiver.url, secret: 'bob-secret' })
  receiver.answers.push(503, 503, 503)
  hris.control.patch('accents', { title: 'Falconer' })
  await expect.poll(() => receiver.received.length).toBe(2)
  await hris.close()
  await hris.webhooks.settled()
  expect(receiver.received).toHaveLength(2)
})
