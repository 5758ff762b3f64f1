import { RollcallError } from '../../errors.ts'
import { listHeldFields } from '../../sync/lost-fields.ts'
import { currentPlan } from '../../sync/plan.ts'
import { hasConditions } from '../../sync/settings.ts'
import { firstHeld } from '../held.ts'
import { showWindow, type WindowAnswer } from '../listener.ts'
import type { Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { type Planned, savedView } from './configure-saved.view.ts'
import type { Connection } from './which-connection.ts'

/** Saves, plans anew at once, and says what that changes; every open Home tab shows it too. */
export async function saveAndReplan(
  request: Request,
  tools: Tools,
  { connectionId, label, row }: Connection,
  save: () => Promise<void>,
  words: readonly string[],
): Promise<WindowAnswer> {
  const before = await plannedNow(request, connectionId)
  await save()
  const after = await plannedNow(request, connectionId)
  await tools.announce(request.companyId, `settings:${connectionId}`)
  const place = { companyId: request.companyId, connectionId }
  const conditions = { hasConditions: await hasConditions(request.ctx.db, place) }
  const heldFields = await listHeldFields(request.ctx, row)
  return showWindow(savedView({ connectionId, label, words, ...conditions, before, after, heldFields }))
}

async function plannedNow({ companyId, ctx }: Request, connectionId: string): Promise<Planned> {
  try {
    const plan = await currentPlan(ctx, { companyId, connectionId })
    if (plan === undefined) return { is: 'unread' }
    if (plan.status !== 'open') return { is: 'syncing' }
    const { counts, planId } = plan
    return { is: 'open', planId, counts, held: firstHeld(plan) }
  } catch (thrown) {
    if (thrown instanceof RollcallError && thrown.code === 'bad_request')
      return { is: 'unusable', problem: thrown.message }
    throw thrown
  }
}
