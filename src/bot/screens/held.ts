import { upsertPlace } from '../../db/slack-messages.ts'
import { RollcallError } from '../../errors.ts'
import { BRAKES } from '../../sync/core/guard.ts'
import { discardPlan } from '../../sync/held.ts'
import { getPlan, listChanges, type PlanView } from '../../sync/plan.ts'
import { isWorkspaceAdmin } from '../admins.ts'
import { heldOf } from '../held.ts'
import { type Listener, type MessageAnswer, showInstead, showWindow, type WindowAnswer } from '../listener.ts'
import { planSubject, settlePlanCards } from '../plan-cards.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import { askedMessage, HELD_ASK, HELD_DISCARD, heldView, parseAsked } from './held.view.ts'
import {
  HELD_PAGE,
  type HeldPeople,
  heldPeopleView,
  parseHeldButton,
  parseHeldPeople,
} from './held-people.view.ts'
import { HELD_PEOPLE } from './ids.view.ts'
import { PAGE, parseOffset } from './paging.view.ts'
import { takeOver } from './sync-card.ts'
import { DISCARD_CARD, decidedView, parsePlanValue, syncCard } from './sync-now.view.ts'
import { syncState } from './sync-plan.ts'
import { decidedMessage, decidedWords } from './sync-result.view.ts'
import { connectionNamed } from './which-connection.ts'

async function showPeople(request: Request, at: HeldPeople, offset: number): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const { connectionId } = await connectionNamed(request, at.connectionId)
  const plan = await getPlan(ctx.db, companyId, at.planId)
  const brake = BRAKES.find((it) => it === at.brake)
  const held = heldOf(plan).find((it) => it.brake === brake)
  if (brake === undefined || held === undefined) throw notHeld()
  const { items, total } = await listChanges(ctx.db, companyId, plan.planId, {
    touching: brake,
    offset,
    limit: PAGE,
  })
  const page = { offset, shown: items.length, total }
  return showWindow(heldPeopleView({ connectionId, plan, brake, what: held.what, page, items }))
}

const notHeld = () =>
  new RollcallError('not_found', 'This plan is not held for that.', {
    remedy: 'Type /datasync to see how things stand now.',
  })

/** Sets the plan aside and takes the buttons from every card of it. */
async function discard({ ctx, companyId, slack, value }: Request): Promise<PlanView> {
  const plan = await discardPlan(ctx, { companyId, planId: parsePlanValue(value).planId })
  await settlePlanCards(ctx, { companyId, slack })
  return plan
}

const discardWindow = async (request: Request): Promise<WindowAnswer> =>
  showWindow(decidedView(decidedWords(await discard(request))))

const discardCard = async (request: Request): Promise<MessageAnswer> =>
  showInstead(decidedMessage(await discard(request)))

/** Sends another admin the same card, by direct message. Whether they may is asked of Slack, here and when they press. */
async function ask(request: Request): Promise<WindowAnswer> {
  const { ctx, companyId, slack, userId } = request
  const { connectionId, planId } = parsePlanValue(request.value)
  const whom = parseAsked(valuesOf(request))
  if (whom === null) throw refuse('Nobody was chosen.', 'Choose an admin first.')
  if (whom === userId) throw refuse('That is you.', 'Type the number yourself, or choose another admin.')
  if (!(await isWorkspaceAdmin(slack, request.teamId, whom)))
    throw refuse('Only a workspace admin can confirm this.', 'Choose somebody else.')
  const plan = await getPlan(ctx.db, companyId, planId)
  const state = await syncState(request, await connectionNamed(request, connectionId), plan)
  const [first, ...rest] = heldOf(plan)
  if (plan.status !== 'open' || first === undefined) return showWindow(decidedView(decidedWords(plan)))
  const card = syncCard({ ...state, askedBy: userId }, { masked: false })
  const sent = await slack.chat.postMessage({ channel: whom, ...card })
  if (sent.channel && sent.ts)
    await takeOver(request, planSubject(planId), { channelId: sent.channel, ts: sent.ts })
  const note = await slack.chat.postMessage({ channel: userId, ...askedMessage(whom, first, state.label) })
  if (note.channel && note.ts)
    await upsertPlace(ctx.db, companyId, planSubject(planId), { channelId: note.channel, ts: note.ts })
  return showWindow(heldView(state, [first, ...rest], whom))
}

const refuse = (message: string, remedy: string) => new RollcallError('bad_request', message, { remedy })

const turnPeople = (request: Request): Promise<WindowAnswer> =>
  showPeople(request, parseHeldPeople(metadataOf(request)), parseOffset(request.value))

export const heldListeners = (): Listener[] => [
  {
    on: 'action',
    id: HELD_PEOPLE,
    step: { answer: 'open', run: (request) => showPeople(request, parseHeldButton(request.value), 0) },
  },
  { on: 'action', id: `${HELD_PAGE}.back`, step: { answer: 'turn', run: turnPeople } },
  { on: 'action', id: `${HELD_PAGE}.next`, step: { answer: 'turn', run: turnPeople } },
  { on: 'action', id: HELD_ASK, step: { answer: 'turn', run: ask } },
  { on: 'action', id: HELD_DISCARD, step: { answer: 'turn', run: discardWindow } },
  { on: 'action', id: DISCARD_CARD, step: { answer: 'message', run: discardCard } },
]
