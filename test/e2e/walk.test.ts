import { rm } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
  await rehearsal?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('from an empty database to a stakeholder, as an admin walks it in the browser', {
  timeout: 90_000,
}, async () => {
  const page = await context.newPage()
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

async function connect(page: Page): Promise<void> {
  await go(page, 'home')
  await page.getByText('Connect your HR system, look at').waitFor()
  await walker.shoot(page, 'home-empty', { main: true })

  await go(page, 'dm')
  await walker.say(page, '/datasync')
  await button(page, 'Connect your HR system').click()
  await dialog(page, 'Connect').waitFor()
  await dialog(page, 'Connect').getByRole('combobox').selectOption({ label: 'HiBob (Beta)' })
  await walker.shoot(page, 'connect', { main: true })
  await dialog(page, 'Connect').getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText('Go on in your browser').waitFor()
  await walker.shoot(page, 'open-the-secure-page')

  const linking = await walker.follow(page, 'Open the secure page')
  await link(linking)
  await linking.close()

  await page.bringToFront()
  await button(page, 'Close').last().click()
}

async function link(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Connect HiBob to Rollcall for Acme' }).waitFor()
  await walker.shoot(page, 'linking-who', { main: true })
  await button(page, 'I am an admin').click()
  await walker.shoot(page, 'linking-data', { main: true })
  await page.getByRole('link', { name: 'Next' }).click()
  await walker.shoot(page, 'linking-credentials', { main: true })

  await page.getByLabel('Service user ID').fill('SERVICE-rehearsal')
  await page.getByLabel('Token').fill('not-the-right-token')
  await button(page, 'Connect').click()
  await page.getByText('Not connected yet').waitFor()
  const describedBy = await page.getByLabel('Token').getAttribute('aria-describedby')
  const reason = page.locator(`[id="${describedBy?.split(' ')[0]}"]`)
  expect(await reason.innerText()).toContain('HiBob did not accept')
  expect(await page.getByLabel('Token').inputValue()).toBe('')
  expect(await page.getByLabel('Service user ID').inputValue()).toBe('SERVICE-rehearsal')
  await walker.shoot(page, 'linking-refused', { main: true })
  // Nothing was stored: the workspace has no connection.
  await rehearsal.desk.as('U_DANA').openHome()
  expect(JSON.stringify(rehearsal.desk.as('U_DANA').home())).toContain('Connect your HR system')

  // Slow enough for a person to see the progress that the message shows.
  rehearsal.hris.control.addFault({ kind: 'slow', after: 3, ms: 1_200, times: 3 })
  await page.getByLabel('Token').fill(rehearsal.hris.credentials.token)
  await button(page, 'Connect').click()
  await page.getByRole('heading', { name: 'HiBob accepted the credentials' }).waitFor()
  await walker.shoot(page, 'linking-finish', { main: true })
  await button(page, 'Finish Setup').click()
  await page.getByRole('heading', { name: 'Done. Slack has the rest.' }).waitFor()
  await walker.shoot(page, 'linking-done', { main: true })
}

async function lookAtHome(page: Page): Promise<void> {
  const about = page.getByRole('article').filter({ hasText: 'from HiBob' })
  await about.filter({ hasText: 'Reading' }).waitFor()
  await walker.shoot(page, 'retrieving', { main: true })
  await about.filter({ hasText: 'read from HiBob' }).waitFor()
  await walker.shoot(page, 'retrieved', { main: true })
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
  await button(page, 'Back').last().click()
  await button(page, 'Close').last().click()

  await button(page, /^See why: \d+ need/).click()
  await dialog(page, 'Preview').waitFor()
  await walker.shoot(page, 'preview-needs-a-look', { main: true })
  await button(page, 'Close').last().click()
}

async function syncNow(page: Page): Promise<void> {
  await button(page, 'Sync Now').click()
  await dialog(page, 'Sync Now').waitFor()
  await walker.shoot(page, 'sync-now', { main: true })
  await button(page, 'Confirm').click()
  await button(page, 'Sync them').waitFor()
  await walker.shoot(page, 'sync-confirm', { main: true })
  await button(page, 'Sync them').click()
  await page.getByText('Synced from HiBob').first().waitFor()
  await walker.shoot(page, 'synced')
  await button(page, 'Close').last().click()
}

async function lookAtStakeholders(page: Page): Promise<void> {
  await go(page, 'dm')
  await walker.say(page, '/stakeholders priya')
  await dialog(page, 'Stakeholders').waitFor()
  await button(page, 'Sync from HR').waitFor()
  await walker.shoot(page, 'stakeholders-found')
  await button(page, 'Open Priya Raman').click()
  await dialog(page, 'Stakeholder').getByText('priya.raman@acme.example').waitFor()
  await walker.shoot(page, 'stakeholder', { main: true })
  await button(page, 'Back').last().click()
  await button(page, 'Close').last().click()
}

async function daysLater(page: Page): Promise<void> {
  const hris = await context.newPage()
  await hris.goto(rehearsal.hris.url)
  for (const day of [1, 2, 3]) {
    await button(hris, 'Advance one day').click()
    await hris.getByText(`Day ${day},`).first().waitFor()
  }
  await walker.shoot(hris, 'hris-days-later', { main: true })
  await hris.close()

  await go(page, 'home')
  await button(page, 'Retrieve Now from HiBob').click()
  await button(page, /^See what changes: \d+ will be updated/).click()
  await dialog(page, 'Preview').waitFor()
  await walker.shoot(page, 'preview-update', { main: true })
  await dialog(page, 'Preview').getByRole('textbox').fill('priya')
  await button(page, 'Search').click()
  await button(page, /^Open Priya Raman/).click()
  await dialog(page, 'Person').getByText('Raman → Raman-Lee'.replaceAll(' ', '\u00a0')).or(page.getByText(/Raman\s+→\s+Raman-Lee/)).first().waitFor()
  await walker.shoot(page, 'person-update', { main: true })
  await button(page, 'Back').last().click()
  await button(page, 'Close').last().click()
  await walker.shoot(page, 'home-days-later', { main: true })

  await go(page, 'dm')
  await walker.say(page, '/stakeholders')
  await walker.shoot(page, 'stakeholders', { main: true })
  await button(page, 'Sync from HR').click()
  await dialog(page, 'Sync Now').waitFor()
  await walker.shoot(page, 'sync-days-later', { main: true })
  await button(page, 'Confirm').click()
  await button(page, 'Sync them').click()
  await page.getByText('Synced from HiBob').last().waitFor()
  await walker.shoot(page, 'messages-days-later', { main: true })
}
