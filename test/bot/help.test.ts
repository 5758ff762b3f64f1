import { expect, test } from 'vitest'
import { datasyncListeners, datasyncWords } from '../../src/bot/screens/datasync.ts'
import type { Tools } from '../../src/bot/tools.ts'
import { expectMessage } from './support/fixtures.ts'

const nothing = async () => undefined
const tools: Tools = { publicUrl: '', supportChannel: null, announce: nothing, publishHome: nothing }
const words = datasyncWords(tools).map(({ word }) => word)

test('help lists every word that /datasync understands, and no other', async () => {
  const [listener] = datasyncListeners(tools)
  if (listener?.on !== 'command') throw new Error('no command')
  const step = listener.route('help')
  const answer = await step.run({} as never)
  if (answer.show !== 'private') throw new Error(answer.show)
  expectMessage(answer.message)
  const listed = [...JSON.stringify(answer.message.blocks).matchAll(/`\/datasync ([a-z]+)/gu)].map(
    ([, word]) => word,
  )
  expect(listed).toEqual(words)
  expect(listed).toContain('status')
})

test('every word that help lists does something of its own', () => {
  const [listener] = datasyncListeners(tools)
  if (listener?.on !== 'command') throw new Error('no command')
  const steps = words.map((word) => listener.route(word))
  // A retrieval's step is made for each table; the others are constants.
  expect(new Set(steps.map(({ run }) => run)).size).toBe(words.length)
  expect(steps.filter(({ everyone }) => everyone).length).toBe(1)
})
