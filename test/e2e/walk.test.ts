import { rm } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { type RunningRehearsal, startRehearsal } from '../../demo/rehearsal.ts'
import { createLogger } from '../../src/log.ts'
import { makeTemporaryDir } from '../support/postgres.ts'
import { openBrowser, type TestBrowser } from './support/browser.ts'
import { createWalker, type Walker } from './support/walker.ts'

let dataDir: string
let rehearsal: RunningRehearsal
let opened: TestBrowser
let context: BrowserContext
let walker: Walker

beforeAll(async () => {
  dataDir = await makeTemporaryDir()
  const log = createLogger({ level: process.env['TEST_LOG'] ?? 'silent' })
  rehearsal = await startRehearsal({ dataDir, log, today: '2026-11-20' })
  opened = await openBrowser()
  context = await opened.browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' })
  context.setDefaultTimeout(15_000)
  walker = createWalker(context)
})
afterAll(async () => {
  await opened?.close()
  // A retrieval that waits for an answer would keep it from stopping.
  rehearsal?.hris.control.clearFaults()
  await rehearsal?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('from an empty database to a stakeholder, as an admin walks it in the browser', {
  timeout: 90_000,
}, async () => {
  const page = await context.newPage()
  onTestFailed(() => walker.shootAll('failed'))
  await page.setViewportSize(walker.wide)
  await connect(page)
  await lookAtHome(page)
  await syncNow(page)
  await lookAtStakeholders(page)
  await daysLater(page)
  expect(walker.complaints).toEqual([])
  expect(rehearsal.desk.log.filter(({ ok }) => !ok)).toEqual([])
})

const go = (page: Page, path: string) => page.goto(`${rehearsal.desk.url}/as/U_DANA/${path}`)
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name })
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** Closes the window on top, by the button at its foot, and waits until it is gone. */
async function leave(page: Page, label: 'Back' | 'Close'): Promise<void> {
  const top = await page.locator('.modal').getAttribute('data-view-id')
  await page.locator('.modal footer').getByRole('button', { name: label }).click()
  await page.locator(`.modal[data-view-id="${top}"]`).waitFor({ state: 'detached' })
}

async function connect(page: Page): Promise<void> {
  await go(page, 'home')
  await page.getByText('Connect your HR system, look at').waitFor()
  await walker.shoot(page, 'home-empty')

  await go(page, 'dm')
  await walker.say(page, '/datasync')
  await button(page, 'Connect your HR system').click()
  await dialog(page, 'Connect').waitFor()
  await dialog(page, 'Connect').getByRole('combobox').selectOption({ label: 'HiBob (Beta)' })
  await walker.shoot(page, 'connect')
  await dialog(page, 'Connect').getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText('Go on in your browser').waitFor()
  await walker.shoot(page, 'open-the-secure-page')

  const linking = await walker.follow(page, 'Open the secure page')
  await link(linking)
  await linking.close()

  await page.bringToFront()
  await leave(page, 'Close')
}

async function link(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Connect HiBob to Rollcall for Acme' }).waitFor()
  await walker.shoot(page, 'linking-who')
  await button(page, 'I am an admin').click()
  await walker.shoot(page, 'linking-data')
  await page.getByRole('link', { name: 'Next' }).click()
  await walker.shoot(page, 'linking-credentials', { main: true })

  await page.getByLabel('Service user ID').fill('SERVICE-rehearsal')
  await page.getByLabel('Token').fill('not-the-right-token')
  await button(page, 'Connect').click()
  await page.getByText('Not connected yet').waitFor()
  const describedBy = await page.getByLabel('Token').getAttribute('aria-describedby')
  const reason = page.locator(`[id="${describedBy?.split(' ')[0]}"]`)
  expect(await reason.textContent()).toContain('HiBob did not accept')
  expect(await page.getByLabel('Token').inputValue()).toBe('')
  expect(await page.getByLabel('Service user ID').inputValue()).toBe('SERVICE-rehearsal')
  await walker.shoot(page, 'linking-refused', { main: true })
  // Nothing was stored: the workspace has no connection.
  await rehearsal.desk.as('U_DANA').openHome()
  expect(JSON.stringify(rehearsal.desk.as('U_DANA').home())).toContain('Connect your HR system')

  await page.getByLabel('Token').fill(rehearsal.hris.credentials.token)
  await button(page, 'Connect').click()
  await page.getByRole('heading', { name: 'HiBob accepted the credentials' }).waitFor()
  await walker.shoot(page, 'linking-finish')
  // After the list of everybody and the first hundred it waits, so that the progress can be looked at.
  rehearsal.hris.control.addFault({ kind: 'hang', after: 2 })
  await button(page, 'Finish Setup').click()
  await page.getByRole('heading', { name: 'Done. Slack has the rest.' }).waitFor()
  await walker.shoot(page, 'linking-done')
}

async function lookAtHome(page: Page): Promise<void> {
  const about = page.getByRole('article').filter({ hasText: 'from HiBob' })
  await about.filter({ hasText: '100 of about 250 people so far' }).waitFor()
  await walker.shoot(page, 'retrieving')
  rehearsal.hris.control.clearFaults()
  await about.filter({ hasText: 'read from HiBob' }).waitFor()
  await walker.shoot(page, 'retrieved')
  expect(await about.count()).toBe(1)

  await go(page, 'home')
  await page.getByText('will be created').waitFor()
  await walker.shoot(page, 'home', { main: true })

  await button(page, /^See who: \d+ will be created/).click()
  await dialog(page, 'Preview').waitFor()
  await walker.shoot(page, 'preview-create', { main: true })
  await dialog(page, 'Preview').getByRole('textbox').fill('priya')
  await button(page, 'Search').click()
  await button(page, 'Open Priya Raman').click()
  await dialog(page, 'Person').waitFor()
  await walker.shoot(page, 'person-create')
  await leave(page, 'Back')
  await leave(page, 'Close')

  await page.locator('.section').filter({ hasText: 'need a look' }).getByRole('button').click()
  await page.locator('.modal').getByText('Ana Núñez').first().waitFor()
  await walker.shoot(page, 'needs-a-look')
  await leave(page, 'Close')
}

async function syncNow(page: Page): Promise<void> {
  await button(page, 'Sync Now').click()
  await dialog(page, 'Sync Now').waitFor()
  await walker.shoot(page, 'sync-now', { main: true })
  await button(page, 'Confirm').click()
  await button(page, 'Sync them').waitFor()
  await walker.shoot(page, 'sync-confirm')
  await button(page, 'Sync them').click()
  await dialog(page, 'Sync').getByText('Synced from HiBob').waitFor()
  await walker.shoot(page, 'synced')
  await leave(page, 'Close')
}

async function lookAtStakeholders(page: Page): Promise<void> {
  await go(page, 'dm')
  await walker.say(page, '/stakeholders priya')
  await dialog(page, 'Stakeholders').waitFor()
  await button(page, 'Sync from HR').waitFor()
  expect(await dialog(page, 'Stakeholders').getByRole('textbox').inputValue()).toBe('priya')
  await walker.shoot(page, 'stakeholders-found')
  await button(page, 'Open Priya Raman').click()
  await dialog(page, 'Stakeholder').getByText('priya.raman@acme.example', { exact: true }).waitFor()
  await walker.shoot(page, 'stakeholder', { main: true })
  await leave(page, 'Back')
  await leave(page, 'Close')
}

async function daysLater(page: Page): Promise<void> {
  const hris = await context.newPage()
  await hris.goto(rehearsal.hris.url)
  for (const day of [1, 2, 3]) {
    await button(hris, 'Advance one day').click()
    await hris.getByText(`Day ${day},`).first().waitFor()
  }
  await walker.shoot(hris, 'hris-days-later')
  await hris.close()

  await go(page, 'home')
  await button(page, 'Retrieve Now from HiBob').click()
  await button(page, /^See what changes: \d+ will be updated/).click()
  await dialog(page, 'Preview').waitFor()
  await walker.shoot(page, 'preview-update')
  await dialog(page, 'Preview').getByRole('textbox').fill('priya')
  await button(page, 'Search').click()
  await button(page, /^Open Priya Raman/).click()
  await dialog(page, 'Person')
    .getByText(/^Raman\s+→\s+Raman-Lee/)
    .waitFor()
  await walker.shoot(page, 'person-update', { main: true })
  await leave(page, 'Back')
  await leave(page, 'Close')
  await walker.shoot(page, 'home-days-later')

  await go(page, 'dm')
  await walker.say(page, '/stakeholders')
  await walker.shoot(page, 'stakeholders', { main: true })
  await button(page, 'Sync from HR').click()
  await dialog(page, 'Sync Now').waitFor()
  await walker.shoot(page, 'sync-days-later')
  await button(page, 'Confirm').click()
  await button(page, 'Sync them').click()
  await dialog(page, 'Sync').getByText('Synced from HiBob').waitFor()
  await leave(page, 'Close')
  const synced = page.getByRole('article').filter({ hasText: 'Synced from HiBob' })
  await expect.poll(() => synced.count()).toBe(2)
  await walker.shoot(page, 'messages-days-later')
  await walker.say(page, '/stakeholders raman-lee')
  await dialog(page, 'Stakeholders').getByText('Priya Raman-Lee').waitFor()
}
