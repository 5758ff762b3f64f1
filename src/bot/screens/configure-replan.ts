import { RollcallError } from '../../errors.ts'
import { currentPlan } from '../../sync/plan.ts'
import { hasConditions } from '../../sync/settings.ts'
import { showWindow, type WindowAnswer } from '../listener.ts'
import type { Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { type Planned, savedView } from './configure-saved.view.ts'
import type { Connection } from './which-connection.ts'

/** Saves, plans anew at once, and says what that changes; every open Home tab shows it too. */
export async function saveAndReplan(
  request: Request,
  tools: Tools,
  { connectionId, label }: Connection,
  save: () => Promise<void>,
  words: readonly string[],
): Promise<WindowAnswer> {
  const before = await plannedNow(request, connectionId)
  await save()
  const after = await plannedNow(request, connectionId)
  await tools.announce(request.companyId, `settings:${connectionId}`)
  const place = { companyId: request.companyId, connectionId }
  const conditions = { hasConditions: await hasConditions(request.ctx.db, place) }
  return showWindow(savedView({ connectionId, label, words, ...conditions, before, after }))
}

async function plannedNow({ companyId, ctx }: Request, connectionId: string): Promise<Planned> {
  try {
    const plan = await currentPlan(ctx, { companyId, connectionId })
    if (plan === undefined) return { is: 'unread' }
    return plan.status === 'open' ? { is: 'open', counts: plan.counts } : { is: 'syncing' }
  } catch (thrown) {
    if (thrown instanceof RollcallError && thrown.code === 'bad_request')
      return { is: 'unusable', problem: thrown.message }
    throw thrown
  }
}
