import type { Db } from '../db/client.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from '../sync/context.ts'
import { getStory } from '../sync/history.ts'
import type { Message } from './blocks.ts'
import { syncSubject } from './plan-cards.ts'
import { type SyncOutcome, syncMessage } from './screens/sync-result.view.ts'

/** A sync as the screens tell it, with what undid or redid some of it; by its own id or by one of theirs. */
export async function syncOutcome(
  ctx: Context,
  companyId: string,
  syncId: string,
  db: Db = ctx.db,
): Promise<SyncOutcome> {
  const story = await getStory({ ...ctx, db }, companyId, syncId)
  const first = story.find(({ depth }) => depth === 0)
  if (first === undefined) throw new RollcallError('not_found', 'This sync does not exist.')
  return { ...first, later: story.filter(({ depth }) => depth > 0) }
}

/**
 * One message tells a sync and what became of it: whoever confirmed it has it, and an undo edits it. Only where
 * nobody has such a message, whoever did the latest step is told.
 */
export async function syncNews(
  ctx: Context,
  companyId: string,
  syncId: string,
): Promise<{ subject: string; recipient: string | null; render: (db: Db) => Promise<Message> }> {
  const sync = await syncOutcome(ctx, companyId, syncId)
  const { actor } = sync.later.find((it) => it.syncId === syncId) ?? sync
  return {
    subject: syncSubject(sync.syncId),
    recipient: actor.kind === 'slack' ? actor.userId : null,
    render: async (db) => syncMessage(await syncOutcome(ctx, companyId, syncId, db)),
  }
}
