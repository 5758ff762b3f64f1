import type { WebClient } from '@slack/web-api'
import { deletePlace, listPlacesOfKind, type MessagePlace, upsertPlace } from '../db/slack-messages.ts'
import type { Context } from '../sync/context.ts'
import { getPlan } from '../sync/plan.ts'
import { edit } from './living-message.ts'
import { decidedMessage } from './screens/sync-result.view.ts'

type Where = { companyId: string; slack: WebClient }

export const planSubject = (planId: string): string => `plan:${planId}`
export const syncSubject = (syncId: string): string => `sync:${syncId}`

/** The card whose Confirm was pressed becomes the message that shows the result. */
export async function cardBecomesSync(
  ctx: Context,
  card: { companyId: string; planId: string; syncId: string; place: MessagePlace },
): Promise<void> {
  await deletePlace(ctx.db, card.companyId, planSubject(card.planId), card.place)
  await upsertPlace(ctx.db, card.companyId, syncSubject(card.syncId), card.place)
}

/** A plan that was decided or overtaken elsewhere has no buttons anywhere. */
export async function settlePlanCards(ctx: Context, { companyId, slack }: Where): Promise<void> {
  for (const { subject, ...place } of await listPlacesOfKind(ctx.db, companyId, 'plan')) {
    const plan = await getPlan(ctx.db, companyId, subject.slice(planSubject('').length))
    if (plan.status === 'open') continue
    await edit(slack, place, decidedMessage(plan))
    await deletePlace(ctx.db, companyId, subject, place)
  }
}
