import { expect, test } from 'vitest'
import { failureMessage, noticeView, sentence } from '../../src/bot/answers.ts'
import { escapeText, truncate } from '../../src/bot/blocks.ts'
import { nearestWord } from '../../src/bot/nearest.ts'
import {
  connectView,
  parsePicked,
  parseReconnect,
  reconnectView,
  securePageView,
} from '../../src/bot/screens/connect.view.ts'
import { disconnectedView, disconnectView } from '../../src/bot/screens/disconnect.view.ts'
import { helpMessage, unknownCommandMessage } from '../../src/bot/screens/help.view.ts'
import {
  parseStakeholdersPage,
  type Stakeholder,
  stakeholdersView,
} from '../../src/bot/screens/stakeholders.view.ts'
import { chooseConnectionView } from '../../src/bot/screens/which-connection.view.ts'
import { calendarDay, listed, slackDate, valueText } from '../../src/bot/screens/words.view.ts'
import { ERROR_CODES, RollcallError } from '../../src/errors.ts'
import { expectMessage, expectView, HOSTILE, id, labels, markup, NOW, primaries } from './support/fixtures.ts'
import { allText } from './support/words.ts'

test('Connect offers every provider, marks what is unproven, and says that it never writes', () => {
  for (const n of [1, 2, 100]) {
    const providers = Array.from({ length: n }, (_, i) => ({
      id: `p${i}`,
      label: `Provider ${i}`,
      beta: i === 0,
    }))
    expectView(connectView(providers))
    expect(allText(connectView(providers).blocks)).toContain('Provider 0 (Beta)')
  }
  const view = connectView([{ id: 'hibob', label: 'HiBob', beta: false }])
  expect(view.submit?.text).toBe('Connect')
  expect(allText(view.blocks)).toContain('It never writes')
  expect(allText(view.blocks)).not.toMatch(/token|password|key/i)
})

test('Reconnect knows its connection; the way out is one link', () => {
  const view = reconnectView({ connectionId: id(3), label: HOSTILE.slice(0, 100) })
  expectView(view)
  expect(parseReconnect(view.private_metadata ?? '')).toBe(id(3))
  expect(parseReconnect('')).toBeNull()
  const page = securePageView({
    url: 'https://rollcall.example.com/connect/abc',
    label: 'HiBob',
    expiresInMinutes: 15,
  })
  expectView(page)
  expect(primaries(page.blocks)).toEqual(['Open the secure page'])
  expect(allText(page.blocks)).toContain('15 minutes')
  const picked = (value: string) =>
    parsePicked({ provider: { 'connect.provider': { selected_option: { value } } } })
  expect(picked('hibob')).toEqual({ provider: 'hibob' })
  expect(picked(`again:${id(3)}`)).toEqual({ connectionId: id(3) })
  expect(parsePicked({})).toBeNull()
})

test('Connect offers what was disconnected to be taken up again, before a new one of the same HR system', () => {
  const former = Array.from({ length: 120 }, (_, n) => ({
    connectionId: id(n),
    label: n === 0 ? HOSTILE : 'HiBob',
    createdAt: NOW,
  }))
  const view = connectView([{ id: 'hibob', label: 'HiBob', beta: false }], former)
  expectView(view)
  expect(allText(view.blocks)).toContain('HiBob, as before')
  expect(allText(view.blocks)).toContain('since 20 Nov 2026')
})

const disconnecting = {
  connectionId: id(3),
  label: 'HiBob',
  people: 253,
  stakeholders: 231,
  webhook: 'registered',
  busy: null,
} as const

test('Disconnect says what stops, what is deleted and what stays, and asks once more', () => {
  const view = disconnectView(disconnecting)
  expectView(view)
  expectView(disconnectView({ ...disconnecting, label: HOSTILE }))
  for (const words of [
    'What stops',
    'every day, by Retrieve Now, and when it tells of changes',
    'The credentials, and what was read of *253* people',
    'The webhook that Rollcall made in HiBob',
    'The register as it is, *231* stakeholders. History and Undo.',
  ])
    expect(allText(view.blocks)).toContain(words)
  expect(labels(view.blocks)).toEqual(['Disconnect HiBob'])
  expect(JSON.stringify(view.blocks)).toContain('cannot be brought back')
  expect(allText(disconnectView({ ...disconnecting, webhook: 'by_hand' }).blocks)).toContain(
    'Rollcall cannot',
  )
  expect(allText(disconnectView({ ...disconnecting, webhook: 'none' }).blocks)).not.toMatch(/webhook/)
})

test.each([
  ['reading', 'HiBob is being read at this moment'],
  ['syncing', 'A sync from HiBob is being written at this moment'],
] as const)('while it is busy (%s) there is nothing to press but Look again', (busy, words) => {
  const view = disconnectView({ ...disconnecting, busy })
  expectView(view)
  expect(allText(view.blocks)).toContain(words)
  expect(labels(view.blocks)).toEqual(['Look again'])
})

test.each(['taken_back', 'left', 'by_hand', 'none'] as const)(
  'afterwards it says what happened and how to connect again: %s',
  (webhook) => {
    expectView(disconnectedView({ connectionId: id(3), label: HOSTILE, webhook }))
    const { blocks } = disconnectedView({ connectionId: id(3), label: 'HiBob', webhook })
    expect(allText(blocks)).toContain('The register and its history are as they were.')
    expect(allText(blocks)).toContain('/datasync connect')
    expect(labels(blocks)).toEqual(['Connect again'])
    expect(allText(blocks).includes('could not be asked')).toBe(webhook === 'left')
  },
)

const person = (
  n: number,
  fields: Stakeholder['fields'] = { jobTitle: 'Designer', status: 'active' },
): Stakeholder => ({
  stakeholderId: id(n),
  name: n === 0 ? HOSTILE : `Person ${n}`,
  fields,
  updatedAt: NOW,
  source: { label: 'HiBob', syncedAt: NOW },
})
const register = (items: readonly Stakeholder[], some = {}) =>
  stakeholdersView({
    total: items.length,
    search: '',
    offset: 0,
    items,
    next: null,
    connected: true,
    ...some,
  })

test('Slack takes the register with nobody, one and a full page in the middle', () => {
  expectView(register([]))
  expectView(register([person(1, {})]))
  const full = register(
    Array.from({ length: 10 }, (_, n) => person(n)),
    { total: 100_000, offset: 20, next: 'c'.repeat(500) },
  )
  expectView(full)
  expect(allText(full.blocks)).toContain('*100,000* stakeholders')
  expect(allText(full.blocks)).toContain('21-30 of 100,000')
  expect(labels(full.blocks)).toEqual(expect.arrayContaining(['Sync from HR', 'First page', 'Next']))
  expect(markup(full.blocks)).not.toContain('<!channel>')
})

test('an empty register says how people get there, and a search that finds nobody says so', () => {
  expect(allText(register([]).blocks)).toContain('They come here with the first sync')
  expect(allText(register([], { search: 'zz' }).blocks)).toContain('Nobody matches “zz”')
  expect(labels(register([], { connected: false }).blocks)).toEqual([])
})

test('a page button is taken only in its own form', () => {
  expect(parseStakeholdersPage('20:abc:d')).toEqual({ offset: 20, after: 'abc:d' })
  expect(parseStakeholdersPage('0:')).toEqual({ offset: 0, after: null })
  expect(parseStakeholdersPage('nonsense')).toEqual({ offset: 0, after: null })
})

test.each(ERROR_CODES)('every error says what happened, what holds and what to do: %s', (code) => {
  const message = failureMessage(new RollcallError(code, 'This happened.'), 'a1b2c3')
  expectMessage(message)
  expectView(noticeView(message))
  expect(message.text).toMatch(/^This happened\. (Nothing was changed|The last good data is kept)/)
  expect(message.text.length).toBeGreaterThan('This happened. Nothing was changed. '.length)
  if (code.startsWith('provider_') || code === 'internal') expect(message.text).toContain('a1b2c3')
})

test('help and an unknown word are answered', () => {
  const help = helpMessage([{ usage: '/datasync', summary: 'how things stand' }])
  expectMessage(help)
  expectMessage(unknownCommandMessage(HOSTILE, undefined))
  expect(unknownCommandMessage('prevew', 'preview').text).toContain('Did you mean `/datasync preview`?')
  expect(nearestWord('prevew', ['preview', 'sync'])).toBe('preview')
  expect(nearestWord('sy', ['preview', 'sync'])).toBe('sync')
  expect(nearestWord('elephant', ['preview', 'sync'])).toBeUndefined()
})

test('Slack takes the choice between two and between very many HR systems', () => {
  for (const n of [2, 400]) {
    const all = Array.from({ length: n }, (_, i) => ({ connectionId: id(i), label: `HR ${i}` }))
    expectView(chooseConnectionView('sync.open', all))
  }
})

test('words of people cannot mention, link or format', () => {
  expect(escapeText('<!channel> & <https://x|y>')).toBe('&lt;!channel&gt; &amp; &lt;https://x|y&gt;')
  expect(escapeText('*b*')).not.toMatch(/(^|[^\u200B])\*/)
  expect(sentence('<@U1>').text).toBe('&lt;@U1&gt;')
})

test('text is cut with an ellipsis and never within a character', () => {
  expect(truncate('abc', 3)).toBe('abc')
  expect(truncate('abcd', 3)).toBe('ab…')
  expect(truncate(`a${'👩'.repeat(4)}`, 3)).toBe('a…')
})

test('dates are read letter by letter and shown in words', () => {
  expect(calendarDay('2026-12-01')).toBe('1 Dec 2026')
  expect(calendarDay('not a date')).toBe('not a date')
  expect(valueText(null)).toBe('empty')
  expect(valueText(['a', 'b'])).toBe('a, b')
  expect(slackDate(NOW)).toBe('<!date^1795167000^{date_short_pretty} at {time}|2026-11-20 09:30 UTC>')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
})
