import path from 'node:path'
import { parseArgs } from 'node:util'
import { createLogger } from '../src/log.ts'
import { runProcess } from '../src/run/process.ts'
import { PROVIDERS } from '../src/sync/providers/index.ts'
import { freePort } from './free-port.ts'
import { prettyLines } from './pretty-lines.ts'
import { type RunningRehearsal, startRehearsal } from './rehearsal.ts'

const { values: options } = parseArgs({
  options: {
    /** How many people the rehearsal company has. */
    people: { type: 'string', default: '250' },
    'data-dir': { type: 'string', default: process.env['DATA_DIR'] ?? '.data/demo' },
    'log-level': { type: 'string', default: process.env['LOG_LEVEL'] ?? 'warn' },
  },
})

async function startDemo(): Promise<RunningRehearsal> {
  const rehearsal = await startRehearsal({
    dataDir: path.resolve(options['data-dir']),
    people: Number(options.people),
    ports: {
      hris: await freePort(4200, 'the rehearsal HRIS'),
      desk: await freePort(4100, 'the Slack desk'),
      product: await freePort(3000, 'Rollcall'),
    },
    log: createLogger({ level: options['log-level'], destination: prettyLines() }),
    report: (line) => console.log(`${line} ...`),
  })
  console.log(welcome(rehearsal))
  return rehearsal
}

function welcome({ desk, hris }: RunningRehearsal): string {
  const known = hris.logins.filter(({ provider }) => PROVIDERS.some(({ id }) => id === provider))
  return `
  Rollcall is ready. Open

      ${desk.url}

  You are Dana, an admin: type /datasync and connect
${known.map(loginLines).join('\n')}

  The rehearsal HR system, where days pass and things break: ${hris.url}
  Everything is kept in ${options['data-dir']}; delete it to begin anew. Ctrl-C stops all of it.
`
}

function loginLines({ vendor, values }: RunningRehearsal['hris']['logins'][number]): string {
  const typed = Object.entries(values).filter(([label]) => label !== 'API address')
  return [`    ${vendor} with`, ...typed.map(([label, value]) => `      ${label.padEnd(17)}${value}`)].join(
    '\n',
  )
}

await runProcess('The demo', startDemo)
