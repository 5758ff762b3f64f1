import { existsSync } from 'node:fs'
import type { BlockAction } from '@slack/bolt'
import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  actions,
  eventually,
  nameModal,
  option,
  plain,
  type Rehearsal,
  rehearse,
  section,
} from './slack-app.ts'

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const still = ['--disable-background-networking', '--disable-component-update']

let browser: Browser
let it: Rehearsal
let page: Page
let strangers: string[] = []
let submitted: unknown[] = []
let release: () => void = () => {}

beforeAll(async () => {
  const installed = '/usr/bin/chromium'
  const executablePath = existsSync(installed) ? installed : await chromium.executablePath()
  browser = await playwright.launch({ executablePath, args: [...quiet, ...still] })
})
afterAll(() => browser?.close())

const city = {
  type: 'input' as const,
  block_id: 'city',
  label: plain('City'),
  element: { type: 'multi_external_select' as const, action_id: 'city', min_query_length: 0 },
}

beforeEach(async () => {
  strangers = []
  submitted = []
  const manifest = {
    commands: [{ command: '/datasync', description: 'Look and sync', usageHint: '[help]' }],
    scopes: ['chat:write'],
    events: ['app_home_opened'],
  }
  it = await rehearse(
    (app) => {
      const view = (title: string) => {
        const modal = nameModal(title)
        return { ...modal, blocks: [...modal.blocks, city, { ...actions('add'), block_id: 'buttons' }] }
      }
      app.command('/datasync', async ({ ack, command, client }) => {
        await ack()
        await client.views.open({ trigger_id: command.trigger_id, view: view('Configure') })
      })
      app.action<BlockAction>('add', async ({ ack, body, client }) => {
        await ack()
        await client.views.update({ view_id: body.view?.id ?? '', view: view('Configured') })
      })
      app.action('slow', async ({ ack }) => {
        await new Promise<void>((resolve) => {
          release = resolve
        })
        await ack()
      })
      app.action('quick', async ({ ack }) => await ack())
      app.options('city', async ({ ack, options }) => {
        await ack({ options: ['berlin', 'london'].filter((it) => it.includes(options.value)).map(option) })
      })
      app.view('name', async ({ ack, view: { state } }) => {
        submitted.push(state.values)
        const taken = state.values['name']?.['text']?.value === 'taken'
        await (taken ? ack({ response_action: 'errors', errors: { name: 'Somebody has it.' } }) : ack())
      })
      app.event('app_home_opened', async ({ event, client }) => {
        await client.views.publish({
          user_id: event.user,
          view: { type: 'home', blocks: [section('Welcome home'), actions('quick')] },
        })
      })
    },
    { manifest },
  )
  page = await browser.newPage()
  page.on('request', (request) => {
    if (!request.url().startsWith(it.desk.url) && !request.url().startsWith('data:'))
      strangers.push(request.url())
  })
  page.on('pageerror', (error) => strangers.push(error.message))
})
afterEach(async () => {
  release()
  await page.close()
  await it.stop()
  expect(strangers).toEqual([])
})

const go = (path: string) => page.goto(`${it.desk.url}/as/${path}`)

async function openModal() {
  await go('U_DANA/channel/C_EQUITY')
  await page.getByRole('combobox', { name: 'Message #equity' }).fill('/datasync')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Configure' }).waitFor()
}

test('a command opens a modal, its errors stand at the field, and the corrected form goes through', async () => {
  await openModal()
  await page.getByLabel('City').click()
  await page.getByRole('option', { name: 'BERLIN' }).click()
  await page.getByLabel('Name').fill('taken')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody has it.').waitFor()
  expect(await page.getByLabel('Name').inputValue()).toBe('taken')
  await page.getByLabel('Name').fill('Ana')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(submitted.at(-1)).toMatchObject({
    name: { text: { value: 'Ana' } },
    city: { city: { selected_options: [option('berlin')] } },
  })
})

test('what is being typed outlives a redraw that somebody else caused', async () => {
  await openModal()
  await page.getByLabel('Name').fill('half a na')
  const viewId = it.desk.as('U_DANA').modal()?.id ?? ''
  await it.app.client.views.update({ view_id: viewId, view: nameModal('Changed meanwhile') })
  await page.getByRole('dialog', { name: 'Changed meanwhile' }).waitFor()
  expect(await page.getByLabel('Name').inputValue()).toBe('half a na')
  expect(await page.locator(':focus').getAttribute('data-action-id')).toBe('text')
  await page.keyboard.type('me')
  expect(await page.getByLabel('Name').inputValue()).toBe('half a name')
})

test('a button tells the app what was typed beside it', async () => {
  await openModal()
  await page.getByLabel('Name').fill('typed')
  await page.locator('[data-action-id=add]').click()
  await page.getByRole('dialog', { name: 'Configured' }).waitFor()
  expect(it.desk.as('U_DANA').modal()?.state.values).toMatchObject({ name: { text: { value: 'typed' } } })
})

test('Home shows what the app publishes, and says that it is a rehearsal', async () => {
  await go('U_ELI/home')
  await page.getByText('Welcome home').waitFor()
  expect(await page.getByRole('note').first().textContent()).toContain('Rehearsal')
  expect(it.desk.as('U_DANA').home()).toBeNull()
})

test('a press on a Home that was published anew a moment ago is taken; on one that is gone, it says so', async () => {
  const presses = () => it.desk.log.filter(({ name }) => name === 'block_actions').length
  await go('U_ELI/home')
  await page.getByText('Welcome home').waitFor()
  await page.locator('body:not([data-busy])').waitFor()
  // The page does not learn of what is published from here on.
  await page.route('**/parts/home', (route) => route.fulfill({ status: 503 }))
  await it.desk.as('U_ELI').openHome()
  await page.getByRole('button', { name: 'quick' }).click()
  await eventually(() => presses() === 1)
  const view = { type: 'home' as const, blocks: [section('Nothing to press')] }
  await it.app.client.views.publish({ user_id: 'U_ELI', view })
  await page.locator('body:not([data-busy])').waitFor()
  await page.getByRole('button', { name: 'quick' }).click()
  await page.getByText('This was drawn anew a moment ago.').waitFor()
  expect(presses()).toBe(1)
})

test('nothing an app sends becomes markup of the page', async () => {
  const evil = '<img src=x onerror=alert(1)> <javascript:alert(1)|press> </code>&lt;b&gt;'
  await it.app.client.chat.postMessage({
    channel: 'C_EQUITY',
    text: evil,
    blocks: [section(evil), actions(evil)],
  })
  await go('U_DANA/channel/C_EQUITY')
  const message = page.getByRole('article')
  expect(await message.locator('img, a, b').count()).toBe(0)
  expect(await message.textContent()).toContain('<img src=x onerror=alert(1)>')
})

test('a question is asked before a dangerous press, buttons rest while it is under way', async () => {
  const slow = { type: 'button', action_id: 'slow', text: plain('Sync Now') }
  const confirm = {
    title: plain('Sync 3 people?'),
    text: plain('It can be undone.'),
    confirm: plain('Sync them'),
    deny: plain('Go back'),
  }
  const block = {
    type: 'actions',
    elements: [
      { ...slow, confirm },
      { ...slow, action_id: 'other', text: plain('Other') },
    ],
  }
  await it.app.client.chat.postMessage({
    channel: 'C_EQUITY',
    text: 'ready',
    blocks: [block as ReturnType<typeof actions>],
  })
  await go('U_SAM/channel/C_EQUITY')
  const pressed = () => it.desk.log.some((entry) => entry.name === 'block_actions')
  const slept = () => page.getByRole('button', { name: 'Other' }).isDisabled()
  await page.getByRole('button', { name: 'Sync Now' }).click()
  await page.getByRole('button', { name: 'Go back' }).click()
  expect(await slept()).toBe(false)
  await page.getByRole('button', { name: 'Sync Now' }).click()
  await page.getByRole('button', { name: 'Sync them' }).click()
  await page.locator('body[data-busy]').waitFor()
  expect(await slept()).toBe(true)
  expect(pressed()).toBe(false)
  release()
  await eventually(pressed)
  await page.locator('body:not([data-busy])').waitFor()
  expect(await slept()).toBe(false)
})

test('a typed slash brings up the registered commands', async () => {
  await go('U_DANA/dm')
  const box = page.getByRole('combobox', { name: 'Message Rollcall' })
  await box.pressSequentially('/d')
  await page.getByRole('option', { name: '/datasync' }).click()
  expect(await box.inputValue()).toBe('/datasync ')
})

test('another site cannot press buttons here', async () => {
  const response = await fetch(`${it.desk.url}/as/U_DANA/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
    body: JSON.stringify({ verb: 'send', channel: 'C_EQUITY', text: 'hello' }),
  })
  expect(response.status).toBe(403)
  expect(it.desk.as('U_DANA').messages('C_EQUITY')).toEqual([])
})
