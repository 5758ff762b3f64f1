import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { App, HTTPReceiver, type InstallationStore, SocketModeReceiver } from '@slack/bolt'
import { WebClient, type WebClientOptions } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import type { RetrievalProgress } from '../sync/retrieve.ts'
import { attach } from './attach.ts'
import { boltLogger } from './bolt-logger.ts'
import { attachEvents } from './events.ts'
import { publishHome } from './home-tab.ts'
import { createInstallationStore, getInstallation } from './installations.ts'
import { createNotify } from './notify.ts'
import { screenListeners } from './screens/index.ts'
import { authorizeSingle } from './single-workspace.ts'
import { BOT_SCOPES } from './slack-methods.ts'

export type Bot = {
  /** In HTTP mode it takes exactly `paths`; null in Socket Mode. */
  requestListener: RequestListener | null
  paths: readonly string[]
  /** Dials out in Socket Mode; nothing to do in HTTP mode. */
  start(): Promise<void>
  stop(): Promise<void>
  announce(companyId: string, subject: string): Promise<void>
  progress(progress: RetrievalProgress): Promise<void>
  registered: Registered
}
export type Registered = { commands: string[]; actions: string[]; views: string[]; events: string[] }

export type BotOptions = {
  config: Config['slack']
  slackApiUrl: string | null
  supportChannel: Config['supportChannel']
  publicUrl: string
  makeContext: (actor: Actor) => Context
  log: Logger
}

const EVENTS_PATH = '/slack/events'
const INSTALL_PATH = '/slack/install'
const REDIRECT_PATH = '/slack/oauth_redirect'

export async function createBot({
  config,
  slackApiUrl,
  supportChannel,
  publicUrl,
  makeContext,
  log,
}: BotOptions): Promise<Bot> {
  const clientOptions: WebClientOptions = {
    logger: boltLogger(log),
    timeout: 10_000,
    // A call that a person waits for is over long before; jobs try again by themselves.
    retryConfig: { retries: 2, minTimeout: 500, maxTimeout: 2_000 },
    ...(slackApiUrl === null ? {} : { slackApiUrl }),
  }
  const clientWith = (token: string) => new WebClient(token, clientOptions)
  const system = () => makeContext({ kind: 'system' })
  const oauth = config.mode === 'http' ? config.oauth : null
  const store = oauth ? createInstallationStore(system) : null
  const receiver = receiverOf(config, store, publicUrl, clientOptions, log)
  const common = { receiver, clientOptions, convoStore: false as const, logger: boltLogger(log) }
  const botToken = config.botToken ?? ''
  const app = new App(
    store ? common : { ...common, authorize: authorizeSingle(clientWith(botToken), botToken) },
  )
  app.error(async (error) => log.error({ err: error }, 'a slack request failed before it could be answered'))

  const clientFor = async (slackTeamId: string) => {
    if (!store) return clientWith(botToken)
    const { bot } = await getInstallation(system(), slackTeamId)
    return clientWith(bot?.token ?? '')
  }
  const notify = createNotify({ makeContext, clientFor, supportChannel, log })
  const listeners = screenListeners({
    publicUrl,
    supportChannel,
    // The change itself is made and its job will announce it too: the person is not told that it failed.
    announce: (companyId, subject) =>
      notify
        .announce(companyId, subject)
        .catch((err: unknown) => log.warn({ err, subject }, 'could not be announced at once')),
    publishHome: (home) => publishHome(makeContext({ kind: 'slack', userId: home.userId }), home),
  })
  attach(app, listeners, { makeContext, log })
  const events = attachEvents(app, {
    makeContext,
    log,
    forgetInstallation: store && (async (place) => await store.deleteInstallation?.(queryOf(place))),
  })
  const idsOf = (...kinds: string[]) => listeners.filter(({ on }) => kinds.includes(on)).map(({ id }) => id)

  return {
    requestListener: receiver instanceof HTTPReceiver ? receiver.requestListener : null,
    paths: config.mode === 'socket' ? [] : [EVENTS_PATH, ...(oauth ? [INSTALL_PATH, REDIRECT_PATH] : [])],
    async start() {
      if (config.mode === 'socket') await app.start()
    },
    async stop() {
      if (config.mode === 'socket') await app.stop()
    },
    ...notify,
    registered: {
      commands: idsOf('command'),
      actions: idsOf('action', 'link'),
      views: idsOf('submit'),
      events,
    },
  }
}

function receiverOf(
  config: Config['slack'],
  installationStore: InstallationStore | null,
  publicUrl: string,
  clientOptions: WebClientOptions,
  log: Logger,
): HTTPReceiver | SocketModeReceiver {
  const logger = boltLogger(log)
  if (config.mode === 'socket') return new SocketModeReceiver({ appToken: config.appToken, logger })
  const { oauth, signingSecret } = config
  const plain = { signingSecret, logger, endpoints: [EVENTS_PATH], processBeforeResponse: false }
  if (oauth === null || installationStore === null) return new HTTPReceiver(plain)
  return new HTTPReceiver({
    ...plain,
    clientId: oauth.clientId,
    clientSecret: oauth.clientSecret,
    installationStore,
    scopes: [...BOT_SCOPES],
    // The same in every process, so that any of them can finish an install that another one began.
    stateSecret: createHash('sha256').update(`slack-oauth-state ${oauth.clientSecret}`).digest('hex'),
    redirectUri: `${publicUrl}${REDIRECT_PATH}`,
    installerOptions: { installPath: INSTALL_PATH, redirectUriPath: REDIRECT_PATH, clientOptions },
  })
}

function queryOf(place: { teamId?: string; enterpriseId?: string; isEnterpriseInstall: boolean }) {
  return { ...place, teamId: place.teamId, enterpriseId: place.enterpriseId }
}
