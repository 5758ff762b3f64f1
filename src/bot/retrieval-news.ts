import type { WebClient } from '@slack/web-api'
import { type ConnectionRow, getConnection } from '../db/connections.ts'
import { findLastFailure } from '../db/retrieval-health.ts'
import { getRetrieval, listRetrievals, type RetrievalRow } from '../db/retrievals.ts'
import type { StandardField } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { lostFieldsOf } from '../sync/lost-fields.ts'
import { planOrProblem, type ReadAgain, readAgainSince } from '../sync/overview.ts'
import type { PlanView } from '../sync/plan.ts'
import type { RetrievalProgress } from '../sync/retrieve.ts'
import { firstHeld } from './held.ts'
import { showLivingMessage } from './living-message.ts'
import { type RetrievalNews, retrievalMessage } from './screens/retrieve.view.ts'

type Where = { ctx: Context; companyId: string; slack: WebClient }
type Known = {
  before: RetrievalRow['status'] | null
  plan: PlanView | null
  progress: RetrievalProgress | null
  /** Whether anything is left to do from this message: nothing took the place of this retrieval. */
  current: boolean
  lostFields: readonly StandardField[]
  readAgain: ReadAgain | null
}

/** @returns whether this was the first word about it */
export async function announceRetrieval(
  { ctx, companyId, slack }: Where,
  retrievalId: string,
  progress: RetrievalProgress | null = null,
): Promise<boolean> {
  const retrieval = await getRetrieval(ctx.db, companyId, retrievalId)
  const { connection_id: connectionId, status } = retrieval
  const connection = await getConnection(ctx.db, companyId, connectionId)
  const about = { connectionId, label: ctx.providers.get(connection.provider).label }
  const current = await isCurrent(ctx, retrieval, connection)
  const planned =
    current && status === 'complete'
      ? (await planOrProblem(ctx, { companyId, connectionId })).plan
      : undefined
  // Once confirmed there is nothing left to press in this message.
  const plan = planned?.status === 'open' ? planned : null
  const known: Known = {
    before: await previousOutcome(ctx, retrieval),
    plan,
    progress,
    current,
    lostFields: lostFieldsOf(retrieval, connection),
    readAgain: current && status === 'complete' ? await readAgainSince(ctx.db, retrieval) : null,
  }
  return await showLivingMessage({
    db: ctx.db,
    slack,
    companyId,
    subject: `retrieval:${retrievalId}`,
    recipient: recipientOf(retrieval, connection, known.before),
    async render(db) {
      const now = await getRetrieval(db, companyId, retrievalId)
      // It ended since we asked: the announcement of its end is on its way and knows the plan.
      if (now.status === 'complete' && status !== 'complete') return null
      return retrievalMessage(about, newsOf(now, known))
    },
  })
}

/** Once another retrieval has taken its place there is nothing left to do from this message. */
async function isCurrent(
  ctx: Context,
  { company_id, connection_id, retrieval_id, status }: RetrievalRow,
  { cache_retrieval_id, status: standing }: ConnectionRow,
): Promise<boolean> {
  if (standing === 'removed') return false
  if (status !== 'failed') return cache_retrieval_id === retrieval_id
  const failure = await findLastFailure(ctx.db, company_id, connection_id)
  return failure?.retrieval_id === retrieval_id
}

/**
 * Who asked for it is told. One that came by itself is worth a message only when something turned: the
 * first failure of a row, or the first success after failures; then to the admin who made the connection.
 */
function recipientOf(
  { actor, status }: RetrievalRow,
  { created_by: maker }: ConnectionRow,
  before: RetrievalRow['status'] | null,
): string | null {
  if (actor.kind === 'slack') return actor.userId
  const turned =
    (status === 'failed' && before !== 'failed') || (status === 'complete' && before === 'failed')
  return turned && maker.kind === 'slack' ? maker.userId : null
}

/** How the one before it ended; null when it is the first. */
async function previousOutcome(
  ctx: Context,
  { company_id, connection_id, retrieval_id, created_at }: RetrievalRow,
): Promise<RetrievalRow['status'] | null> {
  const recent = await listRetrievals(ctx.db, company_id, connection_id, 10)
  const ended = recent.find(
    (it) =>
      it.retrieval_id !== retrieval_id &&
      it.created_at <= created_at &&
      (it.status === 'complete' || it.status === 'failed'),
  )
  return ended?.status ?? null
}

function newsOf(
  retrieval: RetrievalRow,
  { before, current, lostFields, plan, progress, readAgain }: Known,
): RetrievalNews {
  const { error_code: code, status } = retrieval
  switch (status) {
    case 'queued':
    case 'running':
      return {
        state: 'reading',
        peopleRead: progress?.peopleRead ?? retrieval.people_read,
        peopleExpected: progress?.peopleExpected ?? retrieval.people_expected,
      }
    case 'failed':
      return {
        state: 'failed',
        message: retrieval.error_message ?? 'Something went wrong on our side.',
        remedy: retrieval.error_remedy,
        reconnect: code === 'provider_key_refused' || code === 'secret_unreadable',
        lostFields,
        current,
      }
    case 'complete':
      if (retrieval.record_ids !== null) return readAgainNews(retrieval)
      return {
        state: 'complete',
        peopleRead: retrieval.people_read,
        unreadable: retrieval.unreadable,
        recovered: before === 'failed',
        readAgain,
        plan,
        held: plan && firstHeld(plan),
      }
    default:
      return status satisfies never
  }
}

const readAgainNews = ({
  added,
  changed,
  finished_at,
  created_at,
  people_read,
}: RetrievalRow): RetrievalNews => ({
  state: 'read again',
  at: finished_at ?? created_at,
  people: people_read,
  added,
  changed,
})
