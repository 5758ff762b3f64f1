import type { Db } from '../../db/client.ts'
import { RollcallError } from '../../errors.ts'
import { holdsOfChoice } from '../../sync/brakes.ts'
import { listHeldFields } from '../../sync/lost-fields.ts'
import { currentPlan, listChanges, type PlanView, worthALook } from '../../sync/plan.ts'
import { firstHeld, heldOf } from '../held.ts'
import { showWindow, type WindowAnswer } from '../listener.ts'
import type { Request } from '../request.ts'
import type { Chosen } from './chosen.view.ts'
import { heldView } from './held.view.ts'
import type { Moved } from './moved.view.ts'
import { decidedView, type SyncState, syncView } from './sync-now.view.ts'
import { decidedWords } from './sync-result.view.ts'
import type { Connection } from './which-connection.ts'

/** How many names a person really looks at. */
const LOOK_AT = 5
const NAMES = 10

export async function planOf(request: Request, connection: Connection): Promise<PlanView> {
  const { companyId } = request
  const plan = await currentPlan(request.ctx, { companyId, connectionId: connection.connectionId })
  if (plan !== undefined) return plan
  throw new RollcallError('not_found', `Nothing was read from ${connection.label} yet.`, {
    remedy: 'The plan is here after the first retrieval.',
  })
}

type Extra = { chosen?: readonly Chosen[] | null; moved?: Moved | null }

/** Everything that a person should see before they confirm this plan. */
export async function syncState(
  { ctx, companyId }: Request,
  { connectionId, label, row }: Connection,
  plan: PlanView,
  extra: Extra = {},
): Promise<SyncState> {
  const { chosen = null } = extra
  const ordinals = chosen?.map(({ ordinal }) => ordinal)
  const look = await worthALook(ctx.db, companyId, plan.planId, LOOK_AT, ordinals)
  return {
    connectionId,
    label,
    plan,
    look: look.items,
    lookTotal: look.total,
    moved: extra.moved ?? null,
    held: firstHeld(plan),
    heldFields: await listHeldFields(ctx, row),
    askedBy: null,
    chosen,
    names: ordinals ? await namesOf(ctx.db, companyId, plan.planId, ordinals) : [],
  }
}

async function namesOf(db: Db, companyId: string, planId: string, ordinals: readonly number[]) {
  const { items } = await listChanges(db, companyId, planId, { ordinals, offset: 0, limit: NAMES })
  return items.map(({ name }) => name)
}

/** What stands between a plan, or a choice of it, and the register: one press, or where a brake holds it, a number to type. */
export async function showConfirm(
  request: Request,
  connection: Connection,
  plan: PlanView,
  extra: Extra = {},
): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  if (plan.status === 'confirmed') return showWindow(decidedView(decidedWords(plan)))
  const state = await syncState(request, connection, plan, extra)
  const ordinals = state.chosen?.map(({ ordinal }) => ordinal)
  const holds = await holdsOfChoice(ctx.db, companyId, plan, ordinals)
  const [first, ...rest] = heldOf({ holds, toApply: plan.toApply })
  return showWindow(first === undefined ? syncView(state) : heldView(state, [first, ...rest]))
}
