import { createHash, timingSafeEqual } from 'node:crypto'
import { findByTokenHash, lockLinkSession, updateClaimed } from '../db/link-sessions.ts'
import type { Context } from './context.ts'

/** Once a browser has claimed it, the link is worth nothing to anyone else: its holder gets the time that making a service user takes. */
const CLAIMED_MINUTES = 60

export type LinkSession = {
  companyId: string
  companyName: string
  slackTeamId: string
  linkSessionId: string
  provider: string
  slackUserId: string
  /** Set once credentials were accepted, and from the start when reconnecting. */
  connectionId: string | null
  /** The connection is in use already and only gets new credentials. */
  reconnecting: boolean
  /** Credentials are stored and nothing is known against them: setup can be finished. */
  credentialsAccepted: boolean
  browserHash: Buffer | null
  expiresAt: Date
  state: 'open' | 'expired' | 'finished'
}

export async function findLinkSession(ctx: Context, token: string): Promise<LinkSession | undefined> {
  const row = await findByTokenHash(ctx.db, sha256(token))
  if (row === undefined) return undefined
  return {
    companyId: row.company_id,
    companyName: row.company_name,
    slackTeamId: row.slack_team_id,
    linkSessionId: row.link_session_id,
    provider: row.provider,
    slackUserId: row.slack_user_id,
    connectionId: row.connection_id,
    reconnecting: row.connection_status === 'active' || row.connection_status === 'broken',
    credentialsAccepted: row.has_credentials && row.connection_status !== 'broken',
    browserHash: row.browser_hash,
    expiresAt: row.expires_at,
    state: row.finished_at !== null ? 'finished' : row.expires_at <= ctx.now ? 'expired' : 'open',
  }
}

/** Whether this is the browser that said "I am an admin". */
export function holdsLinkSession(session: LinkSession, browserSecret: string | undefined): boolean {
  if (session.browserHash === null || browserSecret === undefined) return false
  return timingSafeEqual(session.browserHash, sha256(browserSecret))
}

/** "I am an admin": from here on only this browser may go on. Saying it twice is harmless. */
export async function claimLinkSession(
  ctx: Context,
  session: LinkSession,
  browserSecret: string,
): Promise<'claimed' | 'elsewhere'> {
  const browserHash = sha256(browserSecret)
  const expiresAt = minutesAfter(ctx.now, CLAIMED_MINUTES)
  if (await updateClaimed(ctx.db, session, { browserHash, now: ctx.now, expiresAt })) return 'claimed'
  const { browser_hash: holder } = await ctx.db
    .transaction()
    .execute((trx) => lockLinkSession(trx, session.companyId, session.linkSessionId))
  return holder !== null && timingSafeEqual(holder, browserHash) ? 'claimed' : 'elsewhere'
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

export const minutesAfter = (start: Date, minutes: number) => new Date(start.getTime() + minutes * 60_000)
