import { expect, test } from 'vitest'
import { createTurns } from '../../src/bot/turns.ts'

/** Work that ends when it is told to, and says when it began. */
function slow() {
  const began: string[] = []
  const ends = new Map<string, PromiseWithResolvers<void>>()
  const work = (name: string) => () => {
    began.push(name)
    const end = Promise.withResolvers<void>()
    ends.set(name, end)
    return end.promise
  }
  return {
    began,
    work,
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  }
}

test('one at a time for each key; of those that wait, one is done for all', async () => {
  const { began, end, work } = slow()
  const inTurn = createTurns()
  const first = inTurn('a', work('first'))
  const waiting = [inTurn('a', work('second')), inTurn('a', work('third'))]
  const other = inTurn('b', work('other'))
  expect(began).toEqual(['first', 'other'])
  end('first')
  await first
  await expect.poll(() => began).toEqual(['first', 'other', 'second'])
  const later = inTurn('a', work('fourth'))
  end('second')
  await Promise.all(waiting)
  await expect.poll(() => began.at(-1)).toBe('fourth')
  end('fourth')
  end('other')
  await Promise.all([later, other])
  const again = inTurn('a', work('fifth'))
  expect(began.at(-1)).toBe('fifth')
  end('fifth')
  await again
})

test('one that fails tells whoever asked for it, and keeps nobody else waiting', async () => {
  const { began, end, fail, work } = slow()
  const inTurn = createTurns()
  const first = inTurn('a', work('first'))
  const second = inTurn('a', work('second'))
  fail('first')
  await expect(first).rejects.toThrow('first')
  await expect.poll(() => began).toEqual(['first', 'second'])
  end('second')
  await second
})
