import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createLogger } from '../src/log.ts'
import { type Running, start } from '../src/main.ts'
import { createCleanup } from '../src/run/cleanup.ts'
import { runProcess } from '../src/run/process.ts'
import { freePort } from './free-port.ts'
import { type Hris, startHris } from './hris/server.ts'
import { prettyLines } from './pretty-lines.ts'
import { startDesk } from './slack/server.ts'

/** Good for nothing else: the desk and the rehearsal HRIS hear only their own machine. */
const SLACK_BOT_TOKEN = 'xoxb-rehearsal'
const SLACK_SIGNING_SECRET = 'rehearsal-signing-secret'

const { values: options } = parseArgs({
  options: {
    /** How many people the rehearsal company has. */
    people: { type: 'string', default: '250' },
    'data-dir': { type: 'string', default: process.env['DATA_DIR'] ?? '.data/demo' },
    'log-level': { type: 'string', default: process.env['LOG_LEVEL'] ?? 'warn' },
  },
})

/** The product itself, pointed by its own settings at a stand-in for Slack and one for an HR system. */
async function startDemo(): Promise<Running> {
  const dataDir = path.resolve(options['data-dir'])
  // Passable, not readable: the database may have to run as another user.
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  const log = createLogger({ level: options['log-level'], destination: prettyLines() })
  const cleanup = createCleanup()
  try {
    const hris = await startHris({
      port: await freePort(4200, 'the rehearsal HRIS'),
      people: Number(options.people),
      stateFile: path.join(dataDir, 'hris.json'),
    })
    cleanup.add('rehearsal HRIS', hris.close)
    const port = await freePort(3000, 'Rollcall')
    const appUrl = `http://127.0.0.1:${port}`
    const desk = await startDesk({
      port: await freePort(4100, 'the Slack desk'),
      appUrl,
      signingSecret: SLACK_SIGNING_SECRET,
      botToken: SLACK_BOT_TOKEN,
      stateFile: path.join(dataDir, 'desk.json'),
    })
    cleanup.add('Slack desk', desk.close)

    const product = await start(
      {
        HOST: '127.0.0.1',
        PORT: String(port),
        PUBLIC_URL: appUrl,
        DATA_DIR: dataDir,
        SLACK_BOT_TOKEN,
        SLACK_SIGNING_SECRET,
        SLACK_API_URL: desk.apiUrl,
        HIBOB_API_URL: hris.hibobUrl,
      },
      { log, report: (line) => console.log(`${line} ...`) },
    )
    cleanup.add('Rollcall', product.stop, 10_000)
    console.log(welcome(desk.url, hris))
    return { url: desk.url, failed: product.failed, stop: () => cleanup.run(log) }
  } catch (thrown) {
    await cleanup.run(log)
    throw thrown
  }
}

function welcome(deskUrl: string, hris: Pick<Hris, 'url' | 'credentials'>): string {
  return `
  Rollcall is ready. Open

      ${deskUrl}

  You are Dana, an admin: type /datasync and connect HiBob with
      service user ID  ${hris.credentials.id}
      token            ${hris.credentials.token}

  The rehearsal HR system, where days pass and things break: ${hris.url}
  Everything is kept in ${options['data-dir']}; delete it to begin anew. Ctrl-C stops all of it.
`
}

await runProcess('The demo', startDemo)
