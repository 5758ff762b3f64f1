import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Hris, startHris } from '../../../demo/hris/server.ts'
import { type Desk, startDesk } from '../../../demo/slack/server.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const MAIN = path.join(import.meta.dirname, '../../../src/main.ts')

export type KillableProduct = {
  desk: Desk
  hris: Hris
  database: TestDatabase
  /** Starts the product as a process of its own, on the same data as before. */
  launch(role?: 'all' | 'web'): Promise<void>
  /** As a machine that loses its power: nothing is finished, nobody is told. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** Slack, HR system and database stay while the product between them dies and comes back. */
export async function createKillableProduct(): Promise<KillableProduct> {
  const database = await createTestDatabase()
  const hris = await startHris({ people: 250, today: '2026-11-20', rateLimit: null })
  const slack = { signingSecret: 'rehearsal', botToken: 'xoxb-rehearsal' }
  const desk = await startDesk({ appUrl: 'http://127.0.0.1:9', ...slack })
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1:0',
    DATABASE_URL: database.url,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: desk.apiUrl,
    HIBOB_API_URL: hris.hibobUrl,
  }
  let child: ChildProcess | null = null

  async function kill(): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  return {
    desk,
    hris,
    database,
    async launch(role = 'all') {
      await kill()
      child = spawn(process.execPath, [MAIN], {
        env: { ...env, ROLE: role },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      desk.setAppUrl(await readyUrl(child))
    },
    kill,
    async close() {
      await kill()
      await desk.close()
      await hris.close()
      await database.drop()
    },
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! })
  for await (const line of lines) {
    const { msg, port } = JSON.parse(line) as { msg: string; port?: number }
    if (msg !== 'ready') continue
    // Read on, or the pipe fills up and the product stands still.
    child.stdout?.resume()
    return `http://127.0.0.1:${port}`
  }
  throw new Error(`The product ended before it was ready: ${child.exitCode}`)
}
