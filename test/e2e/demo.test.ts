import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeTemporaryDir } from '../support/postgres.ts'

const DEMO = path.join(import.meta.dirname, '../../demo/main.ts')

// Two starts with a database of their own, the first of which has to be created.
vi.setConfig({ testTimeout: 60_000 })

let dataDir: string
let child: ChildProcess | null = null
beforeEach(async () => {
  dataDir = await makeTemporaryDir()
})
afterEach(async () => {
  if (child !== null && child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  await rm(dataDir, { recursive: true, force: true })
})

test('one command brings up everything, Ctrl-C ends all of it, and the next start finds what was there', async () => {
  const first = await startDemo()
  expect(first.said).toContain('Rollcall is ready')
  expect((await fetch(first.desk)).status).toBe(200)
  expect(await (await fetch(first.hris)).text()).toContain('<strong>40</strong> records')
  await fetch(`${first.hris}/control/advance`, { method: 'POST' })
  expect(await stop()).toBe(0)
  await expect(fetch(first.desk)).rejects.toThrow()
  await expect(fetch(first.hris)).rejects.toThrow()
  const left = await readdir(dataDir, { recursive: true })
  expect(left.filter((file) => file.endsWith('postmaster.pid'))).toEqual([])

  const second = await startDemo()
  expect(await (await fetch(second.hris)).text()).toContain('Day 1,')
  expect(await stop()).toBe(0)
})

async function startDemo(): Promise<{ said: string; desk: string; hris: string }> {
  const args = [DEMO, '--people', '40', '--data-dir', dataDir]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const line of createInterface({ input: child.stdout! })) {
    said += `${line}\n`
    if (line.includes('Ctrl-C')) break
  }
  child.stdout?.resume()
  const desk = /Open\s+(http:\S+)/u.exec(said)?.[1]
  const hris = /things break: (http:\S+)/u.exec(said)?.[1]
  if (desk === undefined || hris === undefined) throw new Error(`The demo did not start:\n${said}`)
  return { said, desk, hris }
}

async function stop(): Promise<number | null> {
  child?.kill('SIGINT')
  const [code] = child === null ? [null] : await once(child, 'exit')
  return code as number | null
}
