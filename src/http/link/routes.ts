import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { getConnection } from '../../db/connections.ts'
import { RollcallError } from '../../errors.ts'
import type { Actor } from '../../model.ts'
import { acceptCredentials, finishLinking, probeConnection, type Seen } from '../../sync/connections.ts'
import type { Context } from '../../sync/context.ts'
import { claimLinkSession } from '../../sync/link-sessions.ts'
import type { Markup } from '../page.ts'
import { type FormProblem, parseCredentials, refusalProblem } from './credentials-form.ts'
import { fieldsPart, parseTicked } from './fields-part.ts'
import { findingsQuery, parseFindings } from './findings.ts'
import { elsewherePage, noCookiePage } from './pages/closed.ts'
import { credentialsPage } from './pages/credentials.ts'
import { dataPage } from './pages/data.ts'
import { donePage } from './pages/done.ts'
import { finishPage } from './pages/finish.ts'
import { sendPage, whoPage } from './pages/who.ts'
import { browserSecret, ensureBrowserSecret, type LinkEnv, openVisit, type Visit } from './visit.ts'
import { parseSecret, webhookPart } from './webhook-part.ts'

/** Room for some hundred fields that were ticked. */
const MAX_FORM_BYTES = 128 * 1024

export type LinkOptions = {
  makeContext: (actor: Actor) => Context
  publicUrl: string
  /** Whether support decides about custom fields that are asked for. */
  hasSupport: boolean
  /** Where "Open Slack" leads; `null` where it is not known what would open. */
  slackUrl: (slackTeamId: string) => string | null
}

/** The linking window. Every form answers with a redirect, except one that has something to correct. */
export function linkRoutes({ makeContext, publicUrl, hasSupport, slackUrl }: LinkOptions) {
  const app = new Hono<LinkEnv>()
  const { origin, protocol } = new URL(publicUrl)

  app.use('/:token/*', csrf({ origin }), bodyLimit({ maxSize: MAX_FORM_BYTES }), openVisit(makeContext))

  app.get('/:token', (c) => {
    const visit = c.get('visit')
    ensureBrowserSecret(c, visit.base, protocol === 'https:')
    return c.html(whoPage(visit, visit.ctx.now))
  })

  app.get('/:token/send', (c) => {
    const visit = c.get('visit')
    return c.html(sendPage(visit, `${origin}${visit.base}`, visit.ctx.now))
  })

  app.post('/:token/claim', async (c) => {
    const { ctx, session, base } = c.get('visit')
    const secret = browserSecret(c)
    if (secret === undefined) return c.html(noCookiePage(), 400)
    const outcome = await claimLinkSession(ctx, session, secret)
    return outcome === 'claimed' ? c.redirect(`${base}/data`, 303) : c.html(elsewherePage(), 403)
  })

  app.get('/:token/data', (c) => c.html(dataPage(c.get('visit'))))

  app.get('/:token/credentials', (c) => c.html(credentialsPage(c.get('visit'))))

  app.post('/:token/credentials', async (c) => {
    const visit = c.get('visit')
    const { ctx, session, provider, base } = visit
    const form = parseCredentials(provider.credentials, await c.req.parseBody())
    if (!form.ok) return c.html(credentialsPage(visit, form), 422)
    try {
      const { seen } = await acceptCredentials(ctx, session, form.credentials)
      return c.redirect(`${base}/finish?${findingsQuery(seen)}`, 303)
    } catch (thrown) {
      // 422 whatever the HR system's trouble is: proxies put pages of their own in place of a 502.
      const problems = [refusalProblem(provider.credentials, providerError(thrown))]
      return c.html(credentialsPage(visit, { problems, typed: form.typed }), 422)
    }
  })

  app.get('/:token/finish', async (c) => {
    const visit = c.get('visit')
    if (!visit.session.credentialsAccepted) return c.redirect(`${visit.base}/credentials`, 303)
    return c.html(await lastPage(visit, parseFindings(c.req.query())))
  })

  app.post('/:token/check', async (c) => {
    const visit = c.get('visit')
    const connection = await acceptedConnection(visit)
    if (connection === undefined) return c.redirect(`${visit.base}/credentials`, 303)
    try {
      const seen = await probeConnection(visit.ctx, connection)
      return c.redirect(`${visit.base}/finish?${findingsQuery(seen)}`, 303)
    } catch (thrown) {
      const { message, remedy } = providerError(thrown)
      return c.html(
        await lastPage(visit, null, { problem: { field: null, message, remedy }, ticked: [] }),
        422,
      )
    }
  })

  app.post('/:token/finish', async (c) => {
    const visit = c.get('visit')
    const { ctx, session, provider, base } = visit
    if (!session.credentialsAccepted) return c.redirect(`${base}/credentials`, 303)
    const body = await c.req.parseBody({ all: true })
    const secret = parseSecret(provider.webhook?.setUp, body)
    const fields = await parseTicked(visit, body)
    const { problem } = secret.ok ? fields : secret
    if (!secret.ok || problem !== null) {
      const seen = parseFindings(c.req.query())
      return c.html(await lastPage(visit, seen, { problem, ticked: fields.ids }), 422)
    }
    await finishLinking(ctx, session, { webhookSecret: secret.secret, fieldIds: fields.ids, hasSupport })
    return c.redirect(`${base}/done`, 303)
  })

  /** @param again what a form that has something to correct is shown with */
  async function lastPage(
    visit: Visit,
    seen: Seen | null,
    { problem, ticked }: { problem: FormProblem | null; ticked: readonly string[] } = UNTOUCHED,
  ): Promise<Markup> {
    const fields = await fieldsPart(visit, seen?.fieldsListed ?? false, ticked)
    const webhook = await webhookPart(visit, publicUrl)
    return finishPage(visit, { seen, fields, hasSupport, webhook, problem })
  }

  app.get('/:token/done', (c) => {
    const { session, provider, base } = c.get('visit')
    if (session.state !== 'finished') return c.redirect(base, 303)
    return c.html(donePage(provider.label, slackUrl(session.slackTeamId)))
  })

  return app
}

const UNTOUCHED = { problem: null, ticked: [] }

async function acceptedConnection({ ctx, session }: Visit) {
  const { companyId, connectionId, credentialsAccepted } = session
  if (!credentialsAccepted || connectionId === null) return undefined
  return getConnection(ctx.db, companyId, connectionId)
}

/** What the HR system had to say; anything else is not for the form to show. */
function providerError(thrown: unknown): RollcallError {
  if (thrown instanceof RollcallError && thrown.code.startsWith('provider_')) return thrown
  throw thrown
}
