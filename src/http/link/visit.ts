import { randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Actor } from '../../model.ts'
import type { Context as AppContext } from '../../sync/context.ts'
import { findLinkSession, holdsLinkSession, type LinkSession } from '../../sync/link-sessions.ts'
import type { Provider } from '../../sync/provider.ts'
import { elsewherePage, expiredPage, finishedPage, unknownPage } from './pages/closed.ts'

/** One request to the linking window, after the link was found and found usable by this browser. */
export type Visit = {
  ctx: AppContext
  session: LinkSession
  provider: Provider
  /** `/connect/<token>`, where every page of this link lies. */
  base: string
  /** Whether this browser is the one that said "I am an admin". */
  holds: boolean
}
export type LinkEnv = { Variables: { visit: Visit } }

const COOKIE = 'rollcall_link'
const COOKIE_SECONDS = 2 * 3600
/** What anyone who has the link may open before somebody claimed it, below the base. */
const BEFORE_CLAIM = new Set(['', '/claim', '/send'])

export function openVisit(makeContext: (actor: Actor) => AppContext): MiddlewareHandler<LinkEnv> {
  return async (c, next) => {
    const token = c.req.param('token') ?? ''
    if (!/^[\w-]{43}$/.test(token)) return c.html(unknownPage(), 404)
    const session = await findLinkSession(makeContext({ kind: 'system' }), token)
    if (session === undefined) return c.html(unknownPage(), 404)

    const base = `/connect/${token}`
    const step = c.req.path.slice(base.length)
    const holds = holdsLinkSession(session, getCookie(c, COOKIE))
    const claimed = session.browserHash !== null
    if (session.state === 'finished' && !holds) return c.html(finishedPage(), 410)
    if (session.state === 'finished' && step !== '/done') return c.redirect(`${base}/done`, 303)
    if (session.state === 'expired') return c.html(expiredPage(), 410)
    if (claimed && !holds) return c.html(elsewherePage(), 403)
    if (!claimed && !BEFORE_CLAIM.has(step)) return c.redirect(base, 303)

    const ctx = makeContext({ kind: 'slack', userId: session.slackUserId })
    c.set('visit', { ctx, session, provider: ctx.providers.get(session.provider), base, holds })
    return next()
  }
}

/**
 * Given out with the first page and not with the answer to "I am an admin", so that pressing it twice
 * presents the same secret twice.
 */
export function ensureBrowserSecret(c: Context, path: string, secure: boolean): void {
  if (getCookie(c, COOKIE) !== undefined) return
  setCookie(c, COOKIE, randomBytes(32).toString('base64url'), {
    path,
    secure,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: COOKIE_SECONDS,
  })
}

export function browserSecret(c: Context): string | undefined {
  return getCookie(c, COOKIE)
}
