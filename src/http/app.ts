import { Hono, type Context as RequestContext } from 'hono'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import type { Config } from '../config.ts'
import type { DatabaseHandle } from '../db/client.ts'
import { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { apiRoutes } from './api/routes.ts'
import { healthRoutes, type WorkerState } from './health.ts'
import { linkRoutes } from './link/routes.ts'
import { createMetrics } from './metrics.ts'
import { noticePage } from './page.ts'
import { ANSWERS, asRollcallError, problem } from './problem.ts'
import { logRequests } from './request-log.ts'
import { STYLE } from './style.ts'
import { webhookRoutes } from './webhooks.ts'

export type HttpOptions = {
  makeContext: (actor: Actor) => Context
  config: Pick<Config, 'publicUrl' | 'apiToken' | 'slackApiUrl' | 'supportChannel'>
  handle: DatabaseHandle
  log: Context['log']
  /** `null` where this process runs no jobs (ROLE=web). */
  worker: WorkerState | null
}

export function createHttpApp({ makeContext, config, handle, log, worker }: HttpOptions): Hono {
  const app = new Hono()
  const metrics = createMetrics(handle.db)

  app.use(requestId({ limitLength: 64 }))
  app.use(logRequests(log, metrics.observe))
  app.use(protect(new URL(config.publicUrl)))

  app.route('/', healthRoutes({ handle, worker }))
  app.route('/', metrics.routes)
  app.get('/connect/style.css', (c) => {
    c.header('Cache-Control', 'public, max-age=31536000, immutable')
    return c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' })
  })
  app.use('/connect/*', async (c, next) => {
    c.header('Cache-Control', 'no-store')
    await next()
  })
  const { publicUrl, supportChannel } = config
  const hasSupport = supportChannel !== null
  app.route('/connect', linkRoutes({ makeContext, publicUrl, hasSupport, slackUrl: slackUrl(config) }))
  app.route('/webhooks', webhookRoutes({ makeContext, count: metrics.countWebhook }))
  app.route('/api', apiRoutes({ makeContext, apiToken: config.apiToken }))

  app.notFound((c) => answer(c, new RollcallError('not_found', 'There is nothing at this address.')))
  app.onError((thrown, c) => {
    const error = asRollcallError(thrown)
    const { status } = ANSWERS[error.code]
    const line = { requestId: c.get('requestId'), err: error }
    if (status >= 500) log.error(line, error.message)
    else log.info(line, error.message)
    return answer(c, error)
  })
  return app
}

/** A person at a browser gets a page, a program gets problem+json. */
function answer(c: RequestContext, error: RollcallError): Response | Promise<Response> {
  const forPeople = c.req.path.startsWith('/connect/') || c.req.header('Accept')?.includes('text/html')
  if (!forPeople || c.req.path.startsWith('/api/')) return problem(c, error)
  const { status, title } = ANSWERS[error.code]
  const reference = status >= 500 ? { reference: c.get('requestId') } : {}
  return c.html(noticePage({ title, text: error.message, todo: error.remedy, ...reference }), status)
}

/**
 * Nothing may be loaded but our own style sheet, nothing may frame us. The referrer stays within this
 * site, so a link's token never leaves it; `no-referrer` would also blank the Origin that guards our forms.
 */
function protect(publicUrl: URL) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: publicUrl.protocol === 'https:' ? 'max-age=31536000' : false,
  })
}

/** On the rehearsal desk there is no Slack to open. */
function slackUrl({ slackApiUrl }: Pick<Config, 'slackApiUrl'>) {
  return (slackTeamId: string) =>
    slackApiUrl === null ? `slack://open?team=${encodeURIComponent(slackTeamId)}` : null
}
