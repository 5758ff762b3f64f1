import type { HomeView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { deleteHomeViewer, listHomeViewers, upsertHomeViewer } from '../db/slack-messages.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { listDecisions } from '../sync/decide.ts'
import { findLastEntry } from '../sync/history.ts'
import { getOverview } from '../sync/overview.ts'
import { isWorkspaceAdmin } from './admins.ts'
import { firstHeld } from './held.ts'
import { closedHomeView, type HomeState, homeView } from './screens/home.view.ts'

export type Home = {
  companyId: string
  teamId: string
  userId: string
  slack: WebClient
  only?: string | null
}

/** Who has not looked for a month sees it fresh when they do. */
const VIEWER_DAYS = 30
const MAX_VIEWERS = 50

export async function homeState(ctx: Context, companyId: string, only: string | null): Promise<HomeState> {
  const overview = await getOverview(ctx, companyId)
  const connections = overview.connections.map((it) => ({
    ...it,
    held: it.plan && firstHeld(it.plan),
  }))
  const decisions = (await listDecisions(ctx.db, companyId)).length
  const lastSync = (await findLastEntry(ctx, companyId)) ?? null
  return { ...overview, connections, decisions, lastSync, now: ctx.now, only }
}

/** Home for the one who opened it: the state for an admin, and nothing of it for anybody else. */
export async function openHome(ctx: Context, home: Home): Promise<void> {
  if (await isWorkspaceAdmin(home.slack, home.teamId, home.userId)) {
    await upsertHomeViewer(ctx.db, home.companyId, home.userId, ctx.now)
    await publishHome(ctx, home)
  } else {
    await closeHome(ctx, home)
  }
}

export async function publishHome(ctx: Context, { companyId, only, slack, userId }: Home): Promise<void> {
  const view = homeView(await homeState(ctx, companyId, only ?? null))
  await slack.views.publish({ user_id: userId, view })
}

/** For everybody who has it open, after something changed. Somebody who is no admin any more loses it here. */
export async function publishHomes(
  makeContext: (actor: Actor) => Context,
  home: Omit<Home, 'userId' | 'only'>,
  log: Logger,
): Promise<void> {
  const ctx = makeContext({ kind: 'system' })
  const since = new Date(ctx.now.getTime() - VIEWER_DAYS * 24 * 60 * 60 * 1000)
  const viewers = await listHomeViewers(ctx.db, home.companyId, { since, limit: MAX_VIEWERS })
  if (viewers.length === 0) return
  const view = homeView(await homeState(ctx, home.companyId, null))
  for (const userId of viewers) {
    await republish(ctx, { ...home, userId }, view).catch((err: unknown) => {
      log.warn({ err, userId }, 'a Home tab could not be published')
    })
  }
}

async function republish(ctx: Context, home: Home, view: HomeView): Promise<void> {
  const { companyId, slack, teamId, userId } = home
  if (await isWorkspaceAdmin(slack, teamId, userId)) {
    await slack.views.publish({ user_id: userId, view })
  } else {
    await closeHome(ctx, { companyId, slack, userId })
  }
}

async function closeHome(ctx: Context, { companyId, slack, userId }: Omit<Home, 'teamId'>): Promise<void> {
  await deleteHomeViewer(ctx.db, companyId, userId)
  await slack.views.publish({ user_id: userId, view: closedHomeView() })
}
