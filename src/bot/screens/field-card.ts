import { decideField } from '../../sync/fields.ts'
import { paragraph } from '../blocks.ts'
import { fieldCardOf } from '../field-news.ts'
import { type Listener, type Step, showInstead, showPrivately } from '../listener.ts'
import { requireOwnCompany, requireSupport } from '../support.ts'
import type { Tools } from '../tools.ts'
import { CONNECT_FIELD, DECLINE_FIELD, decision, fieldCard, parseCardValue } from './field-card.view.ts'

/** Support need not be an admin of the workspace that asks: who may is asked here, on every click. */
const decide = ({ supportChannel }: Tools, verdict: 'connected' | 'declined'): Step => ({
  answer: 'message',
  everyone: true,
  run: async (request) => {
    await requireSupport(request, supportChannel)
    const { companyId, requestId } = parseCardValue(request.value)
    requireOwnCompany(request, supportChannel, companyId)
    const { ctx, teamId: team } = request
    const { outcome, field } = await decideField(ctx, { companyId, requestId, team }, verdict)
    const card = await fieldCardOf(ctx, field, team)
    if (outcome === 'moved') return showPrivately(paragraph(`Nothing was changed. ${decision(card)}.`))
    return showInstead(fieldCard(card))
  },
})

export const fieldCardListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: CONNECT_FIELD, step: decide(tools, 'connected') },
  { on: 'action', id: DECLINE_FIELD, step: decide(tools, 'declined') },
]
