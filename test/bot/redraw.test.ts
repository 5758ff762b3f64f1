import type { ModalView } from '@slack/types'
import { expect, test } from 'vitest'
import { modal } from '../../src/bot/blocks.ts'
import type { Way } from '../../src/bot/deliver.ts'
import { showPrivately, showWindow, type WindowAnswer } from '../../src/bot/listener.ts'
import { forgetRedraws, redraw } from '../../src/bot/redraw.ts'

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

test('what is still being drawn of a form comes too late once it was sent, or its window shows something else', async () => {
  const { titles, way } = recorder()
  const slow = later()
  const drawing = redraw(way, 'V1', () => slow.promise)
  forgetRedraws('V1')
  slow.resolve(view('late'))
  await drawing
  await redraw(way, 'V1', async () => view('the next one'))
  expect(titles).toEqual(['the next one'])
})
