import type { SectionBlock } from '@slack/types'
import { expect, test } from 'vitest'
import {
  parseStakeholderId,
  parseStakeholderMetadata,
  type StakeholderState,
  stakeholderView,
} from '../../src/bot/screens/stakeholder.view.ts'
import { slackDate, slackDay } from '../../src/bot/screens/words.view.ts'
import { STANDARD_FIELD_KEYS } from '../../src/model.ts'
import { buttons, expectView, HOSTILE, id, labels, markup, NOW, syncLine } from './support/fixtures.ts'
import { allText } from './support/words.ts'

const synced = {
  sync: syncLine(),
  row: {
    ordinal: 7,
    outcome: 'updated' as const,
    reason: null,
    name: 'Ana Núñez',
    fields: { jobTitle: { before: 'Designer', after: 'Lead designer' } },
  },
}
const undone = {
  sync: syncLine({ syncId: id(6), undoes: id(5), depth: 1, actor: { kind: 'slack', userId: 'U_SAM' } }),
  row: {
    ...synced.row,
    outcome: 'reversed' as const,
    reason: 'edited since: custom:T-shirt size',
    fields: { jobTitle: { before: 'Lead designer', after: 'Designer' } },
  },
}
const history = (items: StakeholderState['history']['items'], total = items.length, offset = 0) => ({
  items,
  page: { offset, shown: items.length, total },
})
const state = (some: Partial<StakeholderState> = {}): StakeholderState => ({
  stakeholderId: id(1),
  name: 'Ana Núñez',
  fields: { jobTitle: 'Designer' },
  updatedAt: NOW,
  source: { label: 'HiBob', syncedAt: NOW },
  origins: {},
  history: history([]),
  ...some,
})
/** Each section's texts: a field with its value and origin, or a line of the history. */
const sections = ({ blocks }: ReturnType<typeof stakeholderView>) =>
  (blocks as SectionBlock[])
    .filter(({ type }) => type === 'section')
    .map(({ text, fields = [] }) => [text, ...fields].flatMap((it) => it?.text ?? []).join(' | '))
const words = (some: Partial<StakeholderState>) => allText(stakeholderView(state(some)).blocks)

test('fields in reading order, statuses in words, and each says where it came from where that is known', () => {
  const view = stakeholderView(
    state({
      fields: {
        status: 'left',
        'custom:T-shirt size': 'M',
        workEmail: 'a@b.c',
        firstName: 'Ana',
        endDate: '2026-11-30',
      },
      origins: {
        status: { by: 'sync', label: 'HiBob', at: new Date('2026-11-12T10:00:00Z') },
        workEmail: { by: 'register' },
      },
    }),
  )
  expectView(view)
  expect(sections(view)).toEqual([
    'Ana Núñez',
    '*First name* | Ana',
    '*Work email*\nedited in the register | a@b.c',
    '*Employment status*\nfrom HiBob, <!date^1794477600^{date_short}|12 Nov 2026> | Left',
    '*End date* | 30 Nov 2026',
    '*T-shirt size* | M',
  ])
  expect(allText(view.blocks)).toContain('From HiBob, synced <!date')
})

test('what became of this one person, newest first, an undo in a line of its own, each to be opened', () => {
  const view = stakeholderView(state({ history: history([undone, synced]) }))
  expectView(view)
  const at = slackDate(NOW)
  expect(sections(view).slice(-3)).toEqual([
    '*History*',
    `Undone by <@U_SAM> ${at}\nValues put back (edited since: T-shirt size) · Job title: Lead designer → Designer`,
    `Synced from HiBob by <@U_DANA> ${at}\nUpdated · Job title: Designer → Lead designer`,
  ])
  expect(buttons(view.blocks).map(({ action_id, value }) => [action_id, value])).toEqual([
    ['history.person', `${id(6)}:7`],
    ['history.person', `${id(5)}:7`],
    ['why.open', `s:${id(1)}`],
  ])
  expect(words({})).toContain('No sync has changed this stakeholder.')
})

test('a long history says which part of it is shown, and leads both ways', () => {
  const items = Array.from({ length: 5 }, () => synced)
  expect(words({ history: history(items) })).not.toContain('of 5')
  const middle = stakeholderView(state({ history: history(items, 43, 20) }))
  expect(allText(middle.blocks)).toContain('21-25 of 43')
  expect(
    buttons(middle.blocks)
      .slice(-3)
      .map(({ text, value }) => [text?.text, value]),
  ).toEqual([
    ['Newer', '15'],
    ['Earlier', '25'],
    ['Why?', `s:${id(1)}`],
  ])
  const oldest = stakeholderView(state({ history: history(items.slice(0, 3), 43, 40) }))
  expect(labels(oldest.blocks).slice(-2)).toEqual(['Newer', 'Why?'])
  expect(parseStakeholderMetadata(middle.private_metadata ?? '')).toBe(id(1))
})

test('Slack takes everybody: forty custom fields are all shown, three hundred hostile ones say what is left out', () => {
  const record = (n: number, value: string) =>
    Object.fromEntries([
      ...STANDARD_FIELD_KEYS.map((key) => [key, value]),
      ...Array.from({ length: n }, (_, at) => [`custom:f${at}`, value]),
    ])
  const known = (fields: object, label: string) =>
    Object.fromEntries(Object.keys(fields).map((key) => [key, { by: 'sync' as const, label, at: NOW }]))
  const forty = record(40, 'value')
  const five = Array.from({ length: 5 }, () => synced)
  const view = stakeholderView(
    state({ fields: forty, origins: known(forty, 'HiBob'), history: history(five, 30, 10) }),
  )
  expectView(view)
  expect(sections(view)).toContain(`*f39*\nfrom HiBob, ${slackDay(NOW)} | value`)
  expect(allText(view.blocks)).not.toContain('not shown')

  const hostile = record(300, HOSTILE)
  const full = stakeholderView(
    state({
      name: HOSTILE,
      fields: hostile,
      origins: known(hostile, HOSTILE),
      history: history(
        five.map(({ row, sync }) => ({
          sync: { ...sync, label: HOSTILE },
          row: {
            ...row,
            reason: HOSTILE,
            fields: Object.fromEntries(
              Object.keys(hostile).map((key) => [key, { before: HOSTILE, after: HOSTILE }]),
            ),
          },
        })),
        30,
        10,
      ),
    }),
  )
  expectView(full)
  expect(allText(full.blocks)).toContain('236 more fields are not shown')
  expect(markup(full.blocks)).not.toContain('<!channel>')
})

test('an id is taken only in its own form', () => {
  expect(parseStakeholderId(id(1))).toBe(id(1))
  expect(() => parseStakeholderId('nonsense')).toThrow()
  expect(() => parseStakeholderMetadata('{}')).toThrow()
})
