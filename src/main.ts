import { realpathSync } from 'node:fs'
import { getRequestListener } from '@hono/node-server'
import { type Bot, createBot } from './bot/app.ts'
import { type Config, configWarnings, parseConfig } from './config.ts'
import type { DatabaseHandle } from './db/client.ts'
import { migrateToLatest } from './db/migrate.ts'
import { listOneConnectionPerKey } from './db/sealed-samples.ts'
import { createKeyring, type Keyring } from './db/secrets.ts'
import type { RollcallError } from './errors.ts'
import { createHttpApp } from './http/app.ts'
import { createLogger, type Logger } from './log.ts'
import type { Actor } from './model.ts'
import { auditProcess } from './run/audit.ts'
import { type Cleanup, createCleanup } from './run/cleanup.ts'
import { connectDatabase } from './run/database.ts'
import { loadOrMakeKeys } from './run/keys.ts'
import { runProcess } from './run/process.ts'
import { providerCheckProcess } from './run/provider-check.ts'
import { listen, splitByPath } from './run/server.ts'
import { createTasks } from './run/tasks.ts'
import { forgetOldDrafts } from './sync/condition-drafts.ts'
import { openCredentials } from './sync/connections.ts'
import { type Context, createProviders } from './sync/context.ts'
import { everyMinute, type RunningWorker, startWorker } from './sync/jobs.ts'
import { PROVIDERS } from './sync/providers/index.ts'
import { forgetIdleAccounts } from './sync/request-turns.ts'
import { enqueueDueRetrievals } from './sync/retrieve.ts'
import { forgetOldDeliveries } from './sync/webhook-inbox.ts'

export type Running = {
  /** Where this process answers on its own machine. */
  url: string
  /** Ends everything in the reverse order, within 10 seconds. */
  stop(): Promise<void>
  /** Settles when the product cannot go on: its embedded database ended. */
  failed: Promise<RollcallError>
}

/** @param options.report told about everything at start that takes longer than a moment */
export async function start(
  env: Record<string, string | undefined>,
  options: { log?: Logger; report?: (line: string) => void } = {},
): Promise<Running> {
  const config = parseConfig(env)
  const log = options.log ?? createLogger({ level: config.logLevel })
  const cleanup = createCleanup()
  try {
    return await compose(config, log, options.report ?? ((line) => log.info(line)), cleanup)
  } catch (thrown) {
    await cleanup.run(log)
    throw thrown
  }
}

async function compose(
  config: Config,
  log: Logger,
  report: (line: string) => void,
  cleanup: Cleanup,
): Promise<Running> {
  for (const warning of configWarnings(config)) log.warn(warning)
  const server = await listen(config.host, config.port)
  cleanup.add('port', () => server.close(0))
  // Port 0 asks for any free one.
  const publicUrl = config.publicUrl.replace(/:0$/u, `:${server.port}`)

  const { handle, failed } = await connectDatabase(config, report, cleanup)
  await migrateToLatest(handle)
  const secrets = createKeyring(config.encryptionKeys ?? (await loadOrMakeKeys(config.dataDir)))
  await refuseWrongKeys(handle, secrets)

  const providers = createProviders(PROVIDERS, config.providerUrls, {
    shared: { db: handle.db, secrets },
    log,
  })
  const makeContext = (actor: Actor): Context => {
    return { db: handle.db, pool: handle.pool, actor, now: new Date(), log, secrets, providers }
  }

  const { slack, slackApiUrl, supportChannel } = config
  const bot = await createBot({ config: slack, slackApiUrl, supportChannel, publicUrl, makeContext, log })
  cleanup.add('slack', () => bot.stop(), 1_000)

  const worker = await startWork({ ...config, publicUrl }, handle, makeContext, bot, log, cleanup)
  const app = createHttpApp({ makeContext, config: { ...config, publicUrl }, handle, log, worker })
  const pages = getRequestListener(app.fetch)
  if (config.role !== 'worker') await bot.start()
  const slackEvents = config.role === 'worker' ? null : bot.requestListener
  server.open(slackEvents === null ? pages : splitByPath(bot.paths, slackEvents, pages))

  // Added last, so done first: no new work comes in while the rest stops.
  cleanup.add('http', () => server.close(2_500), 3_000)
  log.info({ port: server.port, publicUrl, role: config.role }, 'ready')
  return { url: `http://127.0.0.1:${server.port}`, failed, stop: () => cleanup.run(log) }
}

/** Nothing in a web process; its jobs are done by the workers beside it. */
async function startWork(
  { role, publicUrl }: Config,
  handle: DatabaseHandle,
  makeContext: (actor: Actor) => Context,
  bot: Bot,
  log: Logger,
  cleanup: Cleanup,
): Promise<RunningWorker | null> {
  if (role === 'web') return null
  const worker = await startWorker({ handle, tasks: createTasks(makeContext, bot, publicUrl), log })
  // A job that takes longer is cut off and given to another worker: every job can be repeated.
  cleanup.add('worker', () => worker.stop(), 4_000)
  const ticks = everyMinute(() => tick(makeContext({ kind: 'schedule' })), log)
  cleanup.add('schedule', () => ticks.stop(), 1_000)
  return worker
}

async function tick(ctx: Context): Promise<void> {
  await enqueueDueRetrievals(ctx)
  await forgetOldDeliveries(ctx)
  await forgetIdleAccounts(ctx)
  await forgetOldDrafts(ctx)
}

/** Better told now than at six in the morning, when the first retrieval needs its credentials. */
async function refuseWrongKeys(handle: DatabaseHandle, secrets: Keyring): Promise<void> {
  for (const connection of await listOneConnectionPerKey(handle.db)) openCredentials({ secrets }, connection)
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  const [, , command, ...args] = process.argv
  if (command === 'audit:verify') process.exitCode = await auditProcess(process.env, args)
  else if (command === 'provider:check') process.exitCode = await providerCheckProcess(process.env, args)
  else await runProcess('Rollcall', () => start(process.env))
}
