import { expect, test } from 'vitest'
import { faultAnswer } from '../../demo/hris/fault-answers.ts'
import { createFaults, FAULT_KINDS } from '../../demo/hris/faults.ts'
import { ask, control, hrisForTests, search } from './hris-support.ts'

const start = hrisForTests()
const SEARCH = { fields: ['root.id', 'root.email'], showInactive: true }

test('unauthorized strikes midway: the first searches pass, the next are refused', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'unauthorized', after: 2 })
  const statuses: number[] = []
  for (let turn = 0; turn < 4; turn++) statuses.push((await ask(hris, '/people/search', SEARCH)).status)
  expect(statuses).toEqual([200, 200, 401, 401])
  expect((await ask(hris, '/company/people/fields')).status).toBe(200)
})

test('a fault with times ends by itself, and one on any endpoint strikes metadata too', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'unavailable', times: 1, on: 'any', retryAfterSeconds: 7 })
  const struck = await ask(hris, '/company/people/fields')
  expect([struck.status, struck.headers.get('retry-after')]).toEqual([503, '7'])
  expect((await ask(hris, '/company/people/fields')).status).toBe(200)
  expect(hris.control.state().faults).toEqual([])
})

test('rate_limited comes with and without Retry-After', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'rate_limited', times: 1, retryAfterSeconds: 2 })
  hris.control.addFault({ kind: 'rate_limited', after: 1, times: 1 })
  const [first, second] = [
    await ask(hris, '/people/search', SEARCH),
    await ask(hris, '/people/search', SEARCH),
  ]
  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2'])
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, null])
  expect(await search(hris, SEARCH)).toHaveLength(60)
})

test('truncated ends an apparently whole answer in the middle of the JSON', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'truncated' })
  const response = await ask(hris, '/people/search', SEARCH)
  const text = await response.text()
  expect(response.status).toBe(200)
  expect(text.match(/"\/root\/id"/g)).toHaveLength(30)
  expect(() => JSON.parse(text)).toThrow(SyntaxError)
})

test('truncated can break the connection after the headers came', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'truncated', ending: 'dropped' })
  const response = await ask(hris, '/people/search', SEARCH)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
})

test('empty answers 200 with nobody', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'empty' })
  const response = await ask(hris, '/people/search', SEARCH)
  expect([response.status, await response.json()]).toEqual([200, { employees: [] }])
})

test('missing_field takes one field from everybody and leaves the rest', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'missing_field', field: 'root.email' })
  const people = await search(hris, SEARCH)
  expect(people).toHaveLength(60)
  for (const person of people) expect(Object.keys(person)).toEqual(['/root/id', 'id'])
})

test('shrink sends the same smaller part of the people each time', async () => {
  const hris = await start({ people: 250 })
  hris.control.addFault({ kind: 'shrink', keepPercent: 40 })
  const people = await search(hris, SEARCH)
  expect(people.length).toBeGreaterThan(70)
  expect(people.length).toBeLessThan(130)
  expect(await search(hris, SEARCH)).toEqual(people)
})

test('slow delays an answer and does not change it', async () => {
  const hris = await start()
  const usual = await search(hris, SEARCH)
  hris.control.addFault({ kind: 'slow', ms: 150 })
  const startedAt = performance.now()
  expect(await search(hris, SEARCH)).toEqual(usual)
  expect(performance.now() - startedAt).toBeGreaterThan(140)
})

test('wrong_type answers a web page with 200', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'wrong_type' })
  const response = await ask(hris, '/people/search', SEARCH)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

test('redirect points to another host', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'redirect' })
  const response = await ask(hris, '/people/search', SEARCH)
  expect([response.status, response.headers.get('location')]).toEqual([
    302,
    'https://elsewhere.example/login',
  ])
})

test('hang answers only once it is cleared', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'hang' })
  let isAnswered = false
  const waiting = search(hris, SEARCH).finally(() => {
    isAnswered = true
  })
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(isAnswered).toBe(false)
  await control(hris, '/faults', undefined, 'DELETE')
  expect(await waiting).toHaveLength(60)
})

test('hang lets go of a client that gave up', async () => {
  const faults = createFaults()
  const client = new AbortController()
  const answer = faultAnswer([faults.add({ kind: 'hang' })], faults, client.signal)
  client.abort()
  expect(await answer).toBeNull()
})

test('hang does not keep the server from closing', async () => {
  const hris = await start()
  hris.control.addFault({ kind: 'hang' })
  const held = expect(ask(hris, '/people/search', SEARCH)).rejects.toThrow()
  await new Promise((resolve) => setTimeout(resolve, 80))
  await hris.close()
  await held
})

test('every kind can be set and cleared over HTTP, and a wrong one is refused by name', async () => {
  const hris = await start()
  expect(FAULT_KINDS).toHaveLength(11)
  for (const kind of FAULT_KINDS) expect((await control(hris, '/faults', { kind })).status).toBe(200)
  expect(hris.control.state().faults.map(({ kind }) => kind)).toEqual(FAULT_KINDS)
  const refused = await control(hris, '/faults', { kind: 'meteor' })
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('kind')])
  await control(hris, '/faults', undefined, 'DELETE')
  expect(await search(hris, SEARCH)).toHaveLength(60)
})
