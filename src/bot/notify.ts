import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { getCompany } from '../db/companies.ts'
import { listConnections } from '../db/connections.ts'
import { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { planOrProblem } from '../sync/overview.ts'
import type { RetrievalProgress } from '../sync/retrieve.ts'
import { announceField, type Support } from './field-news.ts'
import { publishHomes } from './home-tab.ts'
import { showLivingMessage } from './living-message.ts'
import { settlePlanCards } from './plan-cards.ts'
import { announceRetrieval } from './retrieval-news.ts'
import { syncNews } from './sync-news.ts'
import { createThrottle } from './throttle.ts'
import { createTurns } from './turns.ts'

export type NotifyDeps = {
  makeContext: (actor: Actor) => Context
  clientFor: (slackTeamId: string) => Promise<WebClient>
  supportChannel: Config['supportChannel']
  log: Logger
}

export type Notify = {
  announce(companyId: string, subject: string): Promise<void>
  progress(progress: RetrievalProgress): Promise<void>
}

/** Slack allows about fifty edits a minute for all messages together. */
const PROGRESS_EVERY_MS = 2_500

/** Tells people what happened since: one message per subject, edited in place, and the Home tabs in use. */
export function createNotify({ makeContext, clientFor, supportChannel, log }: NotifyDeps): Notify {
  const due = createThrottle(PROGRESS_EVERY_MS)
  const inTurn = createTurns()
  // In turn, or a Home that was drawn while it read could be published after the one that shows the end.
  const showHomes = (where: Where) => inTurn(where.companyId, () => publishHomes(makeContext, where, log))

  async function reach(companyId: string) {
    const ctx = makeContext({ kind: 'system' })
    const { slackTeamId: teamId } = await getCompany(ctx.db, companyId)
    const slack = await clientFor(teamId)
    return { ctx, companyId, teamId, slack, support: supportFor(teamId) }
  }

  function supportFor(companyTeamId: string): Support | null {
    if (supportChannel === null) return null
    const { channelId } = supportChannel
    const teamId = supportChannel.teamId ?? companyTeamId
    return { channelId, teamId, client: () => clientFor(teamId) }
  }

  return {
    async announce(companyId, subject) {
      const where = await reach(companyId).catch(ifUninstalled)
      if (where === null) return
      const parts = [
        () => announceSubject(where, subject),
        () => settlePlanCards(where.ctx, where),
        () => showHomes(where),
      ]
      // One that fails does not keep the others from being told; the job then tries again.
      const failures: unknown[] = []
      for (const part of parts) await part().catch((thrown: unknown) => failures.push(thrown))
      if (failures.length > 0) throw failures[0]
    },

    /** Skipped when the last one was a moment ago: the end is always told, by `announce`. */
    async progress(progress) {
      if (!due(progress.retrievalId, Date.now())) return
      try {
        const where = await reach(progress.companyId)
        const isFirst = await announceRetrieval(where, progress.retrievalId, progress)
        if (isFirst) await showHomes(where)
      } catch (err) {
        // Showing progress must never be why a retrieval fails.
        log.warn({ err, retrievalId: progress.retrievalId }, 'progress could not be shown')
      }
    },
  }
}

/** Nobody is left to tell where the app was taken out of the workspace. */
function ifUninstalled(thrown: unknown): null {
  if (thrown instanceof RollcallError && thrown.code === 'not_found') return null
  throw thrown
}

type Where = { ctx: Context; companyId: string; teamId: string; slack: WebClient; support: Support | null }

async function announceSubject(where: Where, subject: string): Promise<void> {
  const [kind, id] = subject.split(':')
  if (kind === 'settings') await drawUpPlans(where)
  else if (kind === 'retrieval' && id !== undefined) await announceRetrieval(where, id)
  else if (kind === 'sync' && id !== undefined) await announceSync(where, id)
  else if (kind === 'field' && id !== undefined) await announceField(where, id)
  else throw new RollcallError('bad_request', `Nothing is announced about "${subject}".`)
}

/**
 * What was configured has no message of its own: it shows on Home, in the message about the last retrieval, and in the
 * plans, which are drawn up now, so that cards of those before are settled.
 */
async function drawUpPlans(where: Where): Promise<void> {
  const { ctx, companyId } = where
  for (const { cache_retrieval_id, connection_id: connectionId } of await listConnections(
    ctx.db,
    companyId,
  )) {
    await planOrProblem(ctx, { companyId, connectionId })
    if (cache_retrieval_id !== null) await announceRetrieval(where, cache_retrieval_id)
  }
}

async function announceSync({ ctx, companyId, slack }: Where, syncId: string): Promise<void> {
  const news = await syncNews(ctx, companyId, syncId)
  await showLivingMessage({
    db: ctx.db,
    slack,
    companyId,
    ...news,
  })
}
