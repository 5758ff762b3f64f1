import { deletePlace, listPlaces, type MessagePlace, upsertPlace } from '../../db/slack-messages.ts'
import { confirmPlan } from '../../sync/confirm.ts'
import type { PlanView } from '../../sync/plan.ts'
import { sentence } from '../answers.ts'
import type { Message } from '../blocks.ts'
import { homeState } from '../home-tab.ts'
import {
  type Listener,
  type MessageAnswer,
  type Step,
  showInstead,
  showNothing,
  showPrivately,
} from '../listener.ts'
import { edit } from '../living-message.ts'
import { cardBecomesSync, planSubject, settlePlanCards, syncSubject } from '../plan-cards.ts'
import type { Request } from '../request.ts'
import { isSlackError } from '../slack-errors.ts'
import type { Tools } from '../tools.ts'
import { statusMessage } from './home.view.ts'
import {
  CANCEL_CARD,
  CONFIRM_CARD,
  closedCard,
  movedCard,
  NOTHING_TO_SYNC,
  parsePlanValue,
  syncCard,
} from './sync-now.view.ts'
import { planOf, syncState } from './sync-plan.ts'
import { decidedMessage } from './sync-result.view.ts'
import { connectionNamed, connectionsOf, notConnected } from './which-connection.ts'

/** `/datasync sync`: the card where it was typed, with initials in place of names, or as a direct message. */
export const syncCommandStep: Step = {
  answer: 'message',
  run: async (request) => {
    const [connection, ...others] = await connectionsOf(request)
    if (connection === undefined) throw notConnected()
    if (others.length > 0) {
      return showPrivately(statusMessage(await homeState(request.ctx, request.companyId, null)))
    }
    const plan = await planOf(request, connection)
    if (plan.status === 'confirmed') return showPrivately(decidedMessage(plan))
    if (plan.toApply === 0) return showPrivately(sentence(NOTHING_TO_SYNC))
    const state = await syncState(request, connection, plan)
    const { place, elsewhere } = await post(request, (masked) => syncCard(state, { masked }))
    await takeOver(request, planSubject(plan.planId), place)
    return elsewhere === null ? showNothing : showPrivately(sentence(elsewhere))
  },
}

/** One card of a plan in a channel has buttons: the newest. */
export async function takeOver(request: Request, subject: string, place: MessagePlace): Promise<void> {
  const { ctx, companyId, slack } = request
  const before = await listPlaces(ctx.db, companyId, subject)
  await upsertPlace(ctx.db, companyId, subject, place)
  for (const old of before) if (old.channelId === place.channelId) await edit(slack, old, movedCard())
}

const NOT_IN_CHANNEL =
  'Rollcall is not in this channel, so the plan is in your messages with it. Invite it here to show the plan to everybody.'
const IN_MESSAGES = 'The plan is in your messages with Rollcall.'

async function post(
  { origin, slack, userId }: Request,
  card: (masked: boolean) => Message,
): Promise<{ place: MessagePlace; elsewhere: string | null }> {
  const channelId = origin.in === 'command' ? origin.channelId : userId
  const isDirect = channelId.startsWith('D') || channelId === userId
  if (!isDirect) {
    try {
      const posted = await slack.chat.postMessage({ channel: channelId, ...card(true) })
      return { place: { channelId, ts: posted.ts ?? '' }, elsewhere: null }
    } catch (thrown) {
      if (!isSlackError(thrown, 'not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action'))
        throw thrown
    }
  }
  const posted = await slack.chat.postMessage({ channel: userId, ...card(false) })
  const place = { channelId: posted.channel ?? userId, ts: posted.ts ?? '' }
  const isHere = place.channelId === channelId
  return { place, elsewhere: isHere ? null : isDirect ? IN_MESSAGES : NOT_IN_CHANNEL }
}

const confirmCard =
  (tools: Tools) =>
  async (request: Request): Promise<MessageAnswer> => {
    const { ctx, companyId, slack } = request
    const { connectionId, planId, hash } = parsePlanValue(request.value)
    const place = placeOf(request)
    const result = await confirmPlan(ctx, { companyId, planId, hash })
    switch (result.outcome) {
      case 'confirmed':
        await cardBecomesSync(ctx, { companyId, planId, syncId: result.syncId, place })
        await tools.announce(companyId, syncSubject(result.syncId))
        return showNothing
      case 'decided':
        await settlePlanCards(ctx, { companyId, slack })
        await showDecided(request, tools, result, place)
        return showPrivately(decidedMessage(result.plan))
      case 'nothing':
        await deletePlace(ctx.db, companyId, planSubject(planId), place)
        return showInstead(sentence(NOTHING_TO_SYNC))
      case 'overtaken': {
        await deletePlace(ctx.db, companyId, planSubject(planId), place)
        if (result.plan.toApply === 0) return showInstead(sentence(NOTHING_TO_SYNC))
        await upsertPlace(ctx.db, companyId, planSubject(result.plan.planId), place)
        const connection = await connectionNamed(request, connectionId)
        const state = await syncState(request, connection, result.plan, { moved: result.moved })
        return showInstead(syncCard(state, { masked: !place.channelId.startsWith('D') }))
      }
      case 'held': {
        const connection = await connectionNamed(request, connectionId)
        const state = await syncState(request, connection, result.plan)
        return showInstead(syncCard(state, { masked: !place.channelId.startsWith('D') }))
      }
      default:
        return result satisfies never
    }
  }

/** The card says who decided, unless it is the one that shows the result, which is worth more. */
async function showDecided(
  request: Request,
  tools: Tools,
  { plan, syncId }: { plan: PlanView; syncId: string | null },
  place: MessagePlace,
): Promise<void> {
  if (await showsResult(request, syncId, place)) return
  await edit(request.slack, place, decidedMessage(plan))
  // The winner's click may have made it the result while we wrote over it.
  if (syncId !== null && (await showsResult(request, syncId, place))) {
    await tools.announce(request.companyId, syncSubject(syncId))
  }
}

/** Whether this very message has become the one with the result, which is worth more than who decided. */
async function showsResult(
  { ctx, companyId }: Request,
  syncId: string | null,
  { channelId, ts }: MessagePlace,
) {
  const places = syncId === null ? [] : await listPlaces(ctx.db, companyId, syncSubject(syncId))
  return places.some((place) => place.channelId === channelId && place.ts === ts)
}

async function cancelCard(request: Request): Promise<MessageAnswer> {
  const { planId } = parsePlanValue(request.value)
  await deletePlace(request.ctx.db, request.companyId, planSubject(planId), placeOf(request))
  return showInstead(closedCard(request.userId))
}

const placeOf = ({ origin, userId }: Request): MessagePlace =>
  origin.in === 'message' ? { channelId: origin.channelId, ts: origin.ts } : { channelId: userId, ts: '' }

export const syncCardListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: CONFIRM_CARD, step: { answer: 'message', run: confirmCard(tools) } },
  { on: 'action', id: CANCEL_CARD, step: { answer: 'message', run: cancelCard } },
]
