import type { ModalView } from '@slack/types'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { ONLY_ADMINS } from '../../src/bot/admins.ts'
import { modal } from '../../src/bot/blocks.ts'
import type { Way } from '../../src/bot/deliver.ts'
import { dispatch, submit } from '../../src/bot/dispatch.ts'
import { showPrivately, showWindow, type WindowAnswer } from '../../src/bot/listener.ts'
import { redraw } from '../../src/bot/redraw.ts'

/** A window of which only the titles are kept, in the order in which Slack got them. */
function recorder() {
  const titles: string[] = []
  const update = async ({ view }: { view: ModalView }) => titles.push(view.title.text)
  const respond = async ({ text }: { text: string }) => titles.push(text)
  const way = { slack: { views: { update } }, respond } as unknown as Way
  return { titles, way }
}
const view = (title: string) => showWindow(modal({ title, blocks: [] }))
function later() {
  let resolve: (answer: WindowAnswer) => void = () => undefined
  const promise = new Promise<WindowAnswer>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

test('of two clicks that overlap, the earlier and slower one does not draw over the later one', async () => {
  const { titles, way } = recorder()
  const [slow, quick] = [later(), later()]
  const both = [redraw(way, 'V1', () => slow.promise), redraw(way, 'V1', () => quick.promise)]
  quick.resolve(view('later'))
  await both[1]
  slow.resolve(view('earlier'))
  await both[0]
  expect(titles).toEqual(['later'])
})

test('in order, both are drawn; another window is not concerned; a refusal is always told', async () => {
  const { titles, way } = recorder()
  await redraw(way, 'V1', async () => view('first'))
  const waiting = later()
  const other = redraw(way, 'V1', () => waiting.promise)
  await redraw(way, 'V2', async () => view('elsewhere'))
  await redraw(way, 'V1', async () => view('second'))
  waiting.resolve(showPrivately({ text: 'refused', blocks: [] }))
  await other
  expect(titles).toEqual(['first', 'elsewhere', 'second', 'refused'])
})

/** Somebody who may not act clicks in the window V1: refused, and so without a database. */
function clickIn(way: Way) {
  const users = { info: async () => ({}) }
  const origin = { in: 'modal', viewId: 'V1', hash: 'h', metadata: '', values: {} } as const
  const who = { userId: 'U1', teamId: 'T1', teamName: 'Acme', triggerId: 't', listener: 'x', value: '' }
  const deps = { log: pino({ level: 'silent' }), makeContext: () => expect.unreachable() }
  return [deps, { ...who, origin, respond: way.respond, slack: { ...way.slack, users } as never }] as const
}
const run = async () => expect.unreachable()

test.each(['sent', 'turned'])(
  'what is still being drawn of a form comes too late once it is %s',
  async (then) => {
    const { titles, way } = recorder()
    const slow = later()
    const drawing = redraw(way, 'V1', () => slow.promise)
    if (then === 'sent') await submit(...clickIn(way), async () => undefined, { errors: null, run })
    else await dispatch(...clickIn(way), { answer: 'turn', run })
    slow.resolve(view('late'))
    await drawing
    await redraw(way, 'V1', async () => view('the next one'))
    expect(titles.filter((it) => it !== ONLY_ADMINS)).toEqual(['the next one'])
  },
)

test('a form that is refused at its fields stays, and goes on being drawn', async () => {
  const { titles, way } = recorder()
  const slow = later()
  const drawing = redraw(way, 'V1', () => slow.promise)
  const errors = { people: 'Choose at least one person.' }
  await submit(...clickIn(way), async () => undefined, { errors, run })
  slow.resolve(view('counted'))
  await drawing
  expect(titles).toEqual(['counted'])
})
