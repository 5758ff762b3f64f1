import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_CREDENTIALS } from '../../demo/hris/server.ts'
import { variableOf } from '../../src/run/provider-credentials.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { IDS, rehearsalForChecks } from './provider-check-support.ts'

const MAIN = path.join(import.meta.dirname, '../../src/main.ts')

const { check, control, expectNobodyIn, requests, settings } = rehearsalForChecks()

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(args: string[], cwd: string): ChildProcess {
  const env = { ...settings(), PATH: process.env['PATH'] ?? '' }
  const child = spawn(process.execPath, [MAIN, 'provider:check', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

test('what nobody may read is found where it stands', () => {
  expect(() => expectNobodyIn('Active 12\nAna Núñez')).toThrow()
  expect(() => expectNobodyIn(`token ${DEMO_CREDENTIALS.token}`)).toThrow()
})

describe.each(IDS)('%s', (id) => {
  test('a whole company: counts that are right, columns that fit, and nothing of anybody', async () => {
    const { out, err, exitCode } = await check([id])
    expect(exitCode).toBe(0)
    const heads = control().state().heads
    expect(out).toMatch(/can be used\n {2}Everybody came: 130 people, as many as /u)
    expect(out).toMatch(new RegExp(`^  Left +${heads['terminated']}$`, 'mu'))
    expect(out).toMatch(new RegExp(`^  On leave +${heads['leave']}$`, 'mu'))
    expect(out).toMatch(/^ {2}Employment status +130$/mu)
    expect(out).toMatch(/^ {2}T-shirt size +\d+( {2}.*)?$/mu)
    expect(out).toMatch(/^ {2}Share their work email +6$/mu)
    expect(out.trimEnd().split('\n').at(-1)).toMatch(
      /^\d+ requests in [\d.]+ seconds?\. Nothing was stored\.$/u,
    )
    expect(err).toMatch(/^Read \d+ of 130 people\n$/u)
    for (const line of `${out}${err}`.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80)
  })

  test('the same for machines', async () => {
    const before = requests()
    const { found, exitCode } = await check([id, '--json'])
    expect(exitCode).toBe(0)
    expect(found).toMatchObject({
      provider: id,
      verdict: 'usable',
      problem: null,
      needs: [],
      remarks: [],
      people: { read: 130, expected: 130, unreadable: [], repeated: 0 },
      requests: requests() - before,
    })
    const { byStatus } = found.people
    expect(Object.values<number>(byStatus).reduce((sum, count) => sum + count)).toBe(130)
    expect(found.people.unknownWords).toEqual(
      byStatus.unknown === 0 ? [] : [{ word: 'secondment pilot', people: byStatus.unknown }],
    )
    expect(found.fields).toHaveLength(16)
    expect(found.fields.every(({ grant }: { grant: unknown }) => grant === null)).toBe(true)
    expect(found.custom.fields.length).toBeGreaterThan(5)
  })

  test('custom fields are left out when asked, and nothing else is', async () => {
    const { found } = await check([id, '--json', '--standard-only'])
    expect(found.verdict).toBe('usable')
    expect(found.custom).toEqual({ listedBy: 'nobody', problem: null, fields: [] })
    const { found: whole } = await check([id, '--json'])
    expect({ ...found, custom: 0, requests: 0, seconds: 0 }).toEqual({
      ...whole,
      custom: 0,
      requests: 0,
      seconds: 0,
    })
  })
})

describe('called in a wrong way', () => {
  test('without an id, or with one that nobody has, it says which there are and what each needs', async () => {
    for (const args of [[], ['workday'], ['hibob', 'bamboohr'], ['hibob', '--yaml']]) {
      const { out, err, exitCode } = await check(args)
      expect(exitCode).toBe(2)
      expect(out).toBe('')
      for (const provider of PROVIDERS) {
        expect(err).toContain(provider.id)
        for (const field of provider.credentials) expect(err).toContain(variableOf(provider, field))
      }
    }
    const { out, err, exitCode } = await check(['--help'])
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 })
    expect(out).toMatch(/Exit codes\n {2}0 .*\n {2}1 /u)
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  test('every missing or malformed credential is told at once, and nothing is sent', async () => {
    const before = requests()
    const { out, err, exitCode } = await check(['hibob'], {
      HIBOB_TOKEN: 'secret with spaces',
      HIBOB_API_URL: 'secret-address',
    })
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 })
    expect(err).toContain('HIBOB_SERVICE_USER_ID: Service user ID is missing.')
    expect(err).toContain('HIBOB_TOKEN: The token has no spaces')
    expect(err).toContain('Token: Bob shows it once, beside the ID.')
    expect(err).toContain('HIBOB_API_URL')
    expect(err).not.toMatch(/secret/u)
    expect(requests()).toBe(before)
  })

  test('no credential has the name of a setting', () => {
    const names = PROVIDERS.flatMap((provider) =>
      provider.credentials.map((field) => variableOf(provider, field)),
    )
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[A-Z\d]+(_[A-Z\d]+)+$/u)
    expect(names.filter((name) => name.endsWith('_API_URL'))).toEqual([])
  })
})

describe('the command itself', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rollcall-check-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test.each(IDS)('%s: reads, says what came, and leaves nothing behind', async (id) => {
    const child = run([id], folder)
    const [out, err, [exitCode]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'exit'),
    ])
    expect({ err, exitCode }).toEqual({
      err: expect.stringMatching(/^Read \d+ of 130 people\n$/u),
      exitCode: 0,
    })
    expect(out).toContain('can be used')
    expectNobodyIn(out)
    expect(await readdir(folder)).toEqual([])
  })

  test('Ctrl-C ends it at once, while it waits for an answer', async () => {
    control().addFault({ kind: 'hang', after: 3 })
    const child = run(['hibob'], folder)
    const ended = Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')])
    const before = control().state().requests['POST /v1/people/search'] ?? 0
    await expect
      .poll(() => control().state().requests['POST /v1/people/search'], { timeout: 20_000 })
      .toBe(before + 4)
    child.kill('SIGINT')
    const [out, err, [exitCode, signal]] = await ended
    expect({ out, err, exitCode, signal }).toEqual({
      out: '',
      err: 'Stopped. Nothing was stored.\n',
      exitCode: 130,
      signal: null,
    })
    expect(await readdir(folder)).toEqual([])
  })
})
