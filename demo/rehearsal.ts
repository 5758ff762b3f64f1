import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from '../src/log.ts'
import { type Running, start } from '../src/main.ts'
import { createCleanup } from '../src/run/cleanup.ts'
import { type Hris, startHris } from './hris/server.ts'
import { type Desk, startDesk } from './slack/server.ts'

/** Good for nothing else: the desk and the rehearsal HRIS hear only their own machine. */
const SLACK_BOT_TOKEN = 'xoxb-rehearsal'
const SLACK_SIGNING_SECRET = 'rehearsal-signing-secret'

export type RehearsalOptions = {
  /** Where the database, the keys, the desk and the model company are kept between starts. */
  dataDir: string
  log: Logger
  people?: number
  /** Day 0 of the model company; the day of its first start unless told. */
  today?: string
  /** Any free ones, unless told. */
  ports?: { hris: number; desk: number; product: number }
  /** Told about everything at start that takes longer than a moment. */
  report?: (line: string) => void
}

export type RunningRehearsal = Running & { desk: Desk; hris: Hris }

/** The product itself, pointed by its own settings at a stand-in for Slack and one for an HR system. */
export async function startRehearsal(options: RehearsalOptions): Promise<RunningRehearsal> {
  const { dataDir, log, people, ports, report = () => undefined, today } = options
  const cleanup = createCleanup()
  try {
    // Passable, not readable: the database may have to run as another user.
    await mkdir(dataDir, { recursive: true, mode: 0o711 })
    const hris = await startHris({
      port: ports?.hris ?? 0,
      stateFile: path.join(dataDir, 'hris.json'),
      ...(people === undefined ? {} : { people }),
      ...(today === undefined ? {} : { today }),
    })
    cleanup.add('rehearsal HRIS', hris.close)
    const appUrl = `http://127.0.0.1:${ports?.product ?? 0}`
    const desk = await startDesk({
      port: ports?.desk ?? 0,
      appUrl,
      signingSecret: SLACK_SIGNING_SECRET,
      botToken: SLACK_BOT_TOKEN,
      stateFile: path.join(dataDir, 'desk.json'),
    })
    cleanup.add('Slack desk', desk.close)

    const product = await start(
      {
        HOST: '127.0.0.1',
        PORT: new URL(appUrl).port,
        PUBLIC_URL: appUrl,
        DATA_DIR: dataDir,
        SLACK_BOT_TOKEN,
        SLACK_SIGNING_SECRET,
        SLACK_API_URL: desk.apiUrl,
        HIBOB_API_URL: hris.hibobUrl,
        BAMBOOHR_API_URL: hris.bamboohrUrl,
        PERSONIO_API_URL: hris.personioUrl,
      },
      { log, report },
    )
    cleanup.add('Rollcall', product.stop, 10_000)
    desk.setAppUrl(product.url)
    return { url: product.url, failed: product.failed, stop: () => cleanup.run(log), desk, hris }
  } catch (thrown) {
    await cleanup.run(log)
    throw thrown
  }
}
