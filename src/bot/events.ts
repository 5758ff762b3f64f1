import type { App } from '@slack/bolt'
import type { Logger } from 'pino'
import { z } from 'zod'
import { findOrCreateCompany } from '../db/companies.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { openHome } from './home-tab.ts'

export type EventDeps = {
  makeContext: (actor: Actor) => Context
  /** Of many workspaces; null where there is one, whose token is in the settings. */
  forgetInstallation:
    | ((place: { teamId?: string; enterpriseId?: string; isEnterpriseInstall: boolean }) => Promise<void>)
    | null
  log: Logger
}

const teamOf = z.object({ team_id: z.string().default('') })

/** What Slack tells by itself. Bolt acknowledges these before they come here. */
export function attachEvents(app: App, { makeContext, forgetInstallation, log }: EventDeps): string[] {
  app.event('app_home_opened', async ({ event, client: slack, context, body }) => {
    if (event.tab !== 'home') return
    const ctx = makeContext({ kind: 'slack', userId: event.user })
    const teamId = context.teamId ?? teamOf.parse(body).team_id
    const teamName: unknown = context['teamName']
    const { companyId } = await findOrCreateCompany(ctx.db, {
      slackTeamId: teamId,
      name: typeof teamName === 'string' ? teamName : 'Your company',
    })
    await openHome(ctx, { companyId, teamId, userId: event.user, slack })
  })

  const forget = async ({
    context,
  }: {
    context: { teamId?: string; enterpriseId?: string; isEnterpriseInstall: boolean }
  }) => {
    await forgetInstallation?.(context)
    log.info({ team: context.teamId }, 'slack took the installation away')
  }
  app.event('app_uninstalled', forget)
  app.event('tokens_revoked', async ({ event, ...args }) => {
    // A person's own token says nothing about the app's.
    if ((event.tokens.bot ?? []).length > 0) await forget(args)
  })
  return ['app_home_opened', 'app_uninstalled', 'tokens_revoked']
}
