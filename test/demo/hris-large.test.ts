import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { BOB_FIELDS } from '../../demo/hris/hibob-fields.ts'
import { ask, hrisForTests } from './hris-support.ts'

const start = hrisForTests()
const MEGABYTE = 2 ** 20

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('100,000 people are streamed: memory stays far below the size of the answer', {
  timeout: 120_000,
}, async () => {
  const hris = await start({ people: 100_000 })
  const fields = BOB_FIELDS.map(({ id }) => id)
  const usedBefore = used()
  const response = await ask(hris, '/people/search', { fields, showInactive: true, humanReadable: 'APPEND' })
  let bytes = 0
  let people = 0
  let peak = 0
  let lookAgainAt = 0
  for await (const chunk of response.body!) {
    bytes += chunk.length
    people += Buffer.from(chunk).toString('latin1').split('"/root/companyId"').length - 1
    if (bytes < lookAgainAt) continue
    lookAgainAt = bytes + 20 * MEGABYTE
    peak = Math.max(peak, used() - usedBefore)
  }
  expect(bytes).toBeGreaterThan(150 * MEGABYTE)
  // A chunk's edge may cut a key in two.
  expect(people).toBeGreaterThan(99_000)
  expect(people).toBeLessThanOrEqual(100_000)
  expect(peak).toBeLessThan(80 * MEGABYTE)
})

test('a reader that stops reading stops the writer, and one that leaves ends the answer', async () => {
  const hris = await start({ people: 1_000_000 })
  const leave = new AbortController()
  const usedBefore = used()
  const response = await ask(hris, '/people/search', { showInactive: true }, { signal: leave.signal })
  const reader = response.body!.getReader()
  expect((await reader.read()).done).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(used() - usedBefore).toBeLessThan(80 * MEGABYTE)
  leave.abort()
  await expect(drain(reader)).rejects.toThrow()
  await hris.close()
})

/** What is really held: rubbish that waits for its collection would make the figure a matter of luck. */
function used(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
