import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeTemporaryDir } from './support/postgres.ts'

const NAMES = [
  'retrieve.first',
  'retrieve.unchanged',
  'retrieve.one_percent',
  'plan',
  'apply',
  'conditions',
  'memory',
]

const timed = { ours_ms: z.number().positive(), floor_ms: z.number().positive() }
const weighed = { ours_mb: z.number().positive(), floor_mb: z.number().positive(), most_mb: z.number() }
const judged = { name: z.enum(NAMES), ratio: z.number().positive(), goal: z.number(), ok: z.boolean() }
const outputSchema = z.strictObject({
  people: z.number(),
  rounds: z.number(),
  figures: z.array(
    z.union([z.strictObject({ ...judged, ...timed }), z.strictObject({ ...judged, ...weighed })]),
  ),
})

let directory: string
beforeAll(async () => {
  directory = await makeTemporaryDir()
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function startBench(...args: string[]) {
  const child = spawn(process.execPath, ['bench/main.ts', ...args], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { child, ended, stdout: text(child.stdout) }
}

/** Whatever a bench started got our directory handed down, in its command line or its environment. */
async function processesOfBench(): Promise<string[]> {
  const found = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const [command, environment] = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    )
    if (`${command}${environment}`.includes(directory)) found.push(command ?? '')
  }
  return found
}

describe('npm run bench', () => {
  test('measures every figure, says so to a machine, and leaves nothing behind', async () => {
    const bench = startBench('--people', '2000', '--rounds', '1', '--json')
    bench.child.stderr.resume()
    expect(await bench.ended).toBe(0)
    const { figures, people } = outputSchema.parse(JSON.parse(await bench.stdout))
    expect(figures.map(({ name }) => name)).toEqual(NAMES)
    expect(people).toBe(2000)
    expect(await readdir(directory)).toEqual([])
    expect(await processesOfBench()).toEqual([])
  }, 180_000)

  test('takes everything down with it when it is interrupted', async () => {
    const bench = startBench('--people', '2000', '--rounds', '1000', '--only', 'conditions')
    let said = ''
    for await (const chunk of bench.child.stderr) {
      said += chunk
      if (said.includes('conditions')) break
    }
    expect((await processesOfBench()).length).toBeGreaterThan(3)
    bench.child.kill('SIGINT')
    expect(await bench.ended).toBe(130)
    expect(await bench.stdout).toBe('')
    expect(await readdir(directory)).toEqual([])
    expect(await processesOfBench()).toEqual([])
  }, 60_000)

  test('names the figures there are when asked for one that is not', async () => {
    const bench = startBench('--only', 'speed')
    const said = await text(bench.child.stderr)
    expect(await bench.ended).toBe(2)
    expect(said).toContain('No figure is called speed.')
    for (const name of NAMES) expect(said).toContain(name)
    expect(await readdir(directory)).toEqual([])
  })
})
