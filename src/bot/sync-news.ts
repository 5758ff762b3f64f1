import { getConnection } from '../db/connections.ts'
import { getSync } from '../sync/apply.ts'
import type { Context } from '../sync/context.ts'
import type { Message } from './blocks.ts'
import { type SyncOutcome, syncMessage } from './screens/sync-result.view.ts'

/** A sync as the screens tell it. */
export async function syncOutcome(ctx: Context, companyId: string, syncId: string): Promise<SyncOutcome> {
  const sync = await getSync(ctx.db, companyId, syncId)
  const { provider } = await getConnection(ctx.db, companyId, sync.connectionId)
  return { ...sync, label: ctx.providers.get(provider).label }
}

/** Who confirmed it is told, in the message that they confirmed or in a direct one. */
export async function syncNews(
  ctx: Context,
  companyId: string,
  syncId: string,
): Promise<{ recipient: string | null; render: () => Promise<Message> }> {
  const { actor } = await syncOutcome(ctx, companyId, syncId)
  return {
    recipient: actor.kind === 'slack' ? actor.userId : null,
    render: async () => syncMessage(await syncOutcome(ctx, companyId, syncId)),
  }
}
