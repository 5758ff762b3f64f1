import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'

const SHOTS = path.join(import.meta.dirname, '../../../test-results/walk')
const WIDE = { width: 1280, height: 860 }
const NARROW = { width: 320, height: 640 }

export type Walker = ReturnType<typeof createWalker>

/** One person in front of the browser, and a camera. Whatever a page complains about is kept in `complaints`. */
export function createWalker(context: BrowserContext) {
  const complaints: string[] = []
  let step = 0
  context.on('page', (page) => {
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      // A form that is shown again with its reason answers 422, and Chromium remarks on every such answer.
      if (message.type() !== 'error' || message.text().includes('status of 422')) return
      complaints.push(`${message.text()} ${message.location().url}`)
    })
  })
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') complaints.push(request.url())
  })

  /** Where a button of Slack's leads: a page of its own. */
  async function follow(page: Page, name: string): Promise<Page> {
    const opened = context.waitForEvent('page')
    await page.getByRole('link', { name }).click()
    const next = await opened
    await next.setViewportSize(WIDE)
    return next
  }

  /** Types a line into the conversation that is open. */
  async function say(page: Page, line: string): Promise<void> {
    const box = page.locator('.composer input')
    await box.fill(line)
    await box.press('Enter')
  }

  /** A picture of the step; of the `main` ones also at 320 px and in the dark. */
  async function shoot(page: Page, name: string, { main = false } = {}): Promise<void> {
    step += 1
    const file = (suffix: string) => path.join(SHOTS, `${String(step).padStart(2, '0')}-${name}${suffix}.png`)
    await mkdir(SHOTS, { recursive: true })
    await settled(page)
    await page.screenshot({ path: file(''), fullPage: true })
    if (!main) return
    await page.setViewportSize(NARROW)
    await page.screenshot({ path: file('-narrow'), fullPage: true })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize(WIDE)
    await page.screenshot({ path: file('-dark'), fullPage: true })
    await page.emulateMedia({ colorScheme: 'light' })
  }

  /** What there was to see when something went wrong. */
  async function shootAll(name: string): Promise<void> {
    for (const [index, page] of context.pages().entries()) {
      await page.screenshot({ path: path.join(SHOTS, `${name}-${index + 1}.png`) })
    }
  }

  return { complaints, follow, say, shoot, shootAll, wide: WIDE }
}

/** Nothing pressed is still on its way. */
async function settled(page: Page): Promise<void> {
  await page.locator('body[data-busy]').waitFor({ state: 'detached' })
}
