import { RollcallError } from '../../errors.ts'
import type { PlanCounts } from '../../model.ts'
import { currentPlan } from '../../sync/plan.ts'
import { showWindow, type WindowAnswer } from '../listener.ts'
import type { Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { savedView } from './configure-saved.view.ts'
import type { Connection } from './which-connection.ts'

/** Saves, plans anew at once, and says what that changes; every open Home tab shows it too. */
export async function saveAndReplan(
  request: Request,
  tools: Tools,
  { connectionId, label }: Connection,
  save: () => Promise<void>,
  words: readonly string[],
): Promise<WindowAnswer> {
  const before = await countsNow(request, connectionId)
  await save()
  const after = await countsNow(request, connectionId)
  await tools.announce(request.companyId, `settings:${connectionId}`)
  return showWindow(savedView({ connectionId, label, words, before, after }))
}

/** `null` while nothing was read or a plan is being written, or while a saved condition cannot be used. */
async function countsNow({ companyId, ctx }: Request, connectionId: string): Promise<PlanCounts | null> {
  try {
    const plan = await currentPlan(ctx, { companyId, connectionId })
    return plan?.status === 'open' ? plan.counts : null
  } catch (thrown) {
    if (thrown instanceof RollcallError && thrown.code === 'bad_request') return null
    throw thrown
  }
}
