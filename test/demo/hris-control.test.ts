import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import { startHris } from '../../demo/hris/server.ts'
import { control, hrisForTests, search } from './hris-support.ts'

const start = hrisForTests()
const SEARCH = { fields: ['root.id', 'root.email', 'root.surname', 'work.title'], showInactive: true }

test('advance over HTTP lists what changed, and the API then shows it', async () => {
  const hris = await start()
  const response = await control(hris, '/advance', { days: 2 })
  const { changes } = (await response.json()) as { changes: { kind: string; id: string }[] }
  expect(changes.length).toBeGreaterThan(5)
  expect(hris.control.state()).toMatchObject({ day: 2, today: '2026-11-25', people: 62 })
  const people = await search(hris, SEARCH)
  expect(people).toHaveLength(62)
  expect(people.find(({ id }) => id === difficultId('marriedName'))).toMatchObject({ surname: 'Raman-Lee' })
})

test('reset brings day 0 back in every respect', async () => {
  const hris = await start()
  const before = await search(hris, SEARCH)
  await control(hris, '/advance', { days: 3 })
  await control(hris, '/forbid', { category: 'home' })
  await control(hris, '/faults', { kind: 'empty' })
  await control(hris, '/reset')
  expect(hris.control.state()).toMatchObject({
    day: 0,
    faults: [],
    forbidden: [],
    requests: {},
    lastChanges: [],
  })
  expect(await search(hris, SEARCH)).toEqual(before)
})

test('one person can be changed by id or by the name of their difficulty, and nobody else changes', async () => {
  const hris = await start()
  const before = await search(hris, SEARCH)
  expect((await control(hris, '/people/accents', { patch: { title: 'Falconer' } })).status).toBe(200)
  await control(hris, `/people/${difficultId('accents')}`, { patch: { workEmail: 'zoe@acme.example' } })
  const after = await search(hris, SEARCH)
  const changed = after.filter((person, index) => JSON.stringify(person) !== JSON.stringify(before[index]))
  expect(changed.map(({ id, email }) => [id, email])).toEqual([[difficultId('accents'), 'zoe@acme.example']])
})

test('a patch with an unknown field or for nobody is refused and changes nothing', async () => {
  const hris = await start()
  const before = await search(hris, SEARCH)
  expect((await control(hris, '/people/accents', { patch: { shoeSize: 42 } })).status).toBe(400)
  expect((await control(hris, '/people/accents', { patch: { startDate: '23/11/2026' } })).status).toBe(400)
  expect((await control(hris, '/people/nobody', { patch: { title: 'X' } })).status).toBe(404)
  expect(await search(hris, SEARCH)).toEqual(before)
})

test('the state counts requests, so that a test can tell who asked how often', async () => {
  const hris = await start()
  await search(hris, SEARCH)
  await search(hris, SEARCH)
  expect(hris.control.state().requests).toEqual({ 'POST /v1/people/search': 2 })
})

test('the page says that it is a rehearsal, shows the credentials and keeps markup in names harmless', async () => {
  const hris = await start()
  const page = await (await fetch(`${hris.url}/`)).text()
  expect(page).toContain('A rehearsal.')
  expect(page).toContain('SERVICE-rehearsal')
  expect(page).toContain('rehearsal-token-1')
  expect(page).toContain(hris.hibobUrl)
  expect(page).toContain('&lt;script&gt;')
  expect(page).not.toMatch(/<script|<!channel/)
})

test('the page’s buttons work without script and lead back to it', async () => {
  const hris = await start()
  const body = new URLSearchParams({ days: '1' })
  const response = await fetch(`${hris.url}/control/advance`, { method: 'POST', body, redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([303, '/control'])
  expect(hris.control.state().day).toBe(1)
})

test('a state file brings the company back after a restart, but not another company', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hris-'))
  try {
    const stateFile = join(folder, 'below', 'hris.json')
    const first = await start({ stateFile })
    await control(first, '/advance', { days: 4 })
    first.control.patch('accents', { title: 'Falconer' })
    const before = await search(first, SEARCH)
    await first.close()

    const again = await start({ stateFile, today: '2027-03-01' })
    expect(await search(again, SEARCH)).toEqual(before)
    expect(again.control.state()).toMatchObject({ day: 4, today: '2026-11-27' })
    expect((await start({ stateFile, seed: 2 })).control.state().day).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a busy port is an error that says so', async () => {
  const hris = await start()
  await expect(startHris({ port: Number(new URL(hris.url).port) })).rejects.toThrow('EADDRINUSE')
})
