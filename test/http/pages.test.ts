import { afterAll, beforeAll, expect, test } from 'vitest'
import { DATA_READ } from '../../src/http/link/data-read.ts'
import { STANDARD_FIELD_KEYS } from '../../src/model.ts'
import { createBrowser } from './browser.ts'
import { type Service, startService } from './service.ts'

/** What every page owes to people who do not see it, held over each page in each of its states. */

let service: Service
const pages = new Map<string, string>()

beforeAll(async () => {
  service = await startService()
  const { id, token } = service.hris.credentials
  const browser = createBrowser(service.app)
  const { path } = await service.newLink()
  const keep = async (name: string, answer: Promise<{ html: string }>) => pages.set(name, (await answer).html)
  await keep('who', browser.get(path))
  await keep('send', browser.get(`${path}/send`))
  await browser.claim(path)
  await keep('data', browser.get(`${path}/data`))
  await keep('credentials', browser.get(`${path}/credentials`))
  await keep('blank', browser.post(`${path}/credentials`, {}))
  await keep('refused', browser.post(`${path}/credentials`, { serviceUserId: id, token: 'not-the-token' }))
  service.hris.control.forbid('home')
  const { location } = await browser.post(`${path}/credentials`, { serviceUserId: id, token })
  await keep('missing', browser.get(location!))
  await keep('finish', browser.get(`${path}/finish`))
  await keep('elsewhere', createBrowser(service.app).get(path))
  await browser.post(`${path}/finish`)
  await keep('done', browser.get(`${path}/done`))
  await keep('used', createBrowser(service.app).get(path))
  await keep('unknown', browser.get('/connect/unknown'))
  const late = await service.newLink()
  service.wait(20)
  await keep('expired', browser.get(late.path))
})
afterAll(() => service.close())

const each = (check: (html: string, name: string) => void) => {
  expect(pages.size).toBe(13)
  for (const [name, html] of pages) check(html, name)
}
const all = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, found = '']) => found)

test('every page states its language, fits the screen and has a title of its own', () => {
  const titles = new Set<string>()
  each((html, name) => {
    expect(html, name).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html, name).toContain('content="width=device-width, initial-scale=1"')
    const [title = ''] = all(html, /<title>([^<]+) · Rollcall<\/title>/g)
    expect(title, name).not.toBe('')
    titles.add(title)
  })
  // A failed form is the same page with "Problem:" before its title, whatever the problem.
  expect(titles.size).toBe(pages.size - 2)
})

test('every page has one main heading, and no level is skipped', () => {
  each((html, name) => {
    const inMain = html.slice(html.indexOf('<main>'))
    const levels = all(inMain, /<h([1-6])/g).map(Number)
    expect(levels[0], name).toBe(1)
    expect(
      levels.filter((level) => level === 1),
      name,
    ).toHaveLength(1)
    for (const [index, level] of levels.entries())
      expect(level - (levels[index - 1] ?? level), name).toBeLessThan(2)
  })
})

test('every input has a label, and what describes it is there', () => {
  const described: string[] = []
  each((html, name) => {
    const ids = all(html, / id="([^"]+)"/g)
    expect(new Set(ids).size, name).toBe(ids.length)
    for (const id of all(html, /<input id="([^"]+)"/g)) expect(html, name).toContain(`<label for="${id}">`)
    for (const refs of all(html, /aria-(?:describedby|labelledby)="([^"]+)"/g)) {
      for (const id of refs.split(' ')) expect(ids, name).toContain(id)
      described.push(refs)
    }
    for (const target of all(html, /href="#([^"]+)"/g)) expect(ids, name).toContain(target)
  })
  expect(described.length).toBeGreaterThan(8)
})

test('the step is said in words', () => {
  expect(pages.get('who')).toContain('Step 1 of 4: Who you are')
  expect(pages.get('data')).toContain('Step 2 of 4: Review data')
  expect(pages.get('credentials')).toContain('Step 3 of 4: Credentials')
  expect(pages.get('finish')).toContain('Step 4 of 4: Finish')
})

test('a secret is typed into a field that hides it and that no browser fills in', () => {
  for (const name of ['credentials', 'blank', 'refused']) {
    expect(pages.get(name)).toMatch(
      /<input id="credential-token" name="token" type="password" value=""[^>]*autocomplete="new-password"/,
    )
    expect(pages.get(name)).toMatch(/<input id="credential-serviceUserId"[^>]*autocomplete="off"/)
  }
})

test('names from outside are text, never markup', () => {
  expect(pages.get('who')).toContain('Acme &amp; &lt;Sons&gt;')
  each((html, name) => expect(html, name).not.toContain('<Sons>'))
})

test('the review names every standard field once', () => {
  const listed = DATA_READ.flatMap(({ fields }) => fields)
  expect(listed.toSorted()).toEqual([...STANDARD_FIELD_KEYS].sort())
  for (const { data } of DATA_READ) expect(pages.get('data')).toContain(data)
})
