import type { WebClient } from '@slack/web-api'
import { type ConnectionRow, getConnection } from '../db/connections.ts'
import { getRetrieval, listRetrievals, type RetrievalRow } from '../db/retrievals.ts'
import type { Context } from '../sync/context.ts'
import { currentPlan } from '../sync/plan.ts'
import type { RetrievalProgress } from '../sync/retrieve.ts'
import type { Message } from './blocks.ts'
import { heldBy } from './held.ts'
import { showLivingMessage } from './living-message.ts'
import { type RetrievalState, retrievalMessage } from './screens/retrieve.view.ts'

type Where = { ctx: Context; companyId: string; slack: WebClient }

/** @returns whether this was the first word about it */
export async function announceRetrieval(
  { ctx, companyId, slack }: Where,
  retrievalId: string,
  progress?: RetrievalProgress,
): Promise<boolean> {
  const retrieval = await getRetrieval(ctx.db, companyId, retrievalId)
  const connection = await getConnection(ctx.db, companyId, retrieval.connection_id)
  const before = await previousOutcome(ctx, retrieval)
  return await showLivingMessage({
    db: ctx.db,
    slack,
    companyId,
    subject: `retrieval:${retrievalId}`,
    recipient: recipientOf(retrieval, connection, before),
    render: async () =>
      await messageOf(ctx, connection, await getRetrieval(ctx.db, companyId, retrievalId), before, progress),
  })
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
  retrieval: RetrievalRow,
): Promise<RetrievalRow['status'] | null> {
  const { company_id, connection_id, retrieval_id, created_at } = retrieval
  const recent = await listRetrievals(ctx.db, company_id, connection_id, 10)
  const ended = recent.find(
    (it) =>
      it.retrieval_id !== retrieval_id &&
      it.created_at <= created_at &&
      (it.status === 'complete' || it.status === 'failed'),
  )
  return ended?.status ?? null
}

async function messageOf(
  ctx: Context,
  connection: ConnectionRow,
  retrieval: RetrievalRow,
  before: RetrievalRow['status'] | null,
  progress: RetrievalProgress | undefined,
): Promise<Message> {
  const common = {
    connectionId: connection.connection_id,
    label: ctx.providers.get(connection.provider).label,
  }
  return retrievalMessage({ ...common, ...(await stateOf(ctx, connection, retrieval, before, progress)) })
}

type State = RetrievalState extends infer All
  ? All extends unknown
    ? Omit<All, 'connectionId' | 'label'>
    : never
  : never

async function stateOf(
  ctx: Context,
  connection: ConnectionRow,
  retrieval: RetrievalRow,
  before: RetrievalRow['status'] | null,
  progress: RetrievalProgress | undefined,
): Promise<State> {
  switch (retrieval.status) {
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
        reconnect:
          retrieval.error_code === 'provider_key_refused' || retrieval.error_code === 'secret_unreadable',
      }
    case 'complete': {
      const { connection_id: connectionId, company_id: companyId } = connection
      const plan = await currentPlan(ctx, { companyId, connectionId })
      return {
        state: 'complete',
        peopleRead: retrieval.people_read,
        unreadable: retrieval.unreadable,
        recovered: before === 'failed',
        plan: plan ?? null,
        held: plan ? heldBy(plan) : null,
      }
    }
    default:
      return retrieval.status satisfies never
  }
}
