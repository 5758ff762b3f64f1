import { type ConditionDraft, getDraft } from '../../sync/condition-drafts.ts'
import { whatIf, whoMoves } from '../../sync/what-if.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import { parseSide, parseWhoMetadata, type Side, WHO_PAGE, WHO_SIDE, whoView } from './configure-who.view.ts'
import { PAGE, parseOffset } from './paging.view.ts'
import { connectionNamed } from './which-connection.ts'

/**
 * @param draft what was entered in the window below this one, which Slack does not tell us again
 * @param at without a side: whoever comes in, or goes out where nobody does
 */
export async function showWho(
  { companyId, ctx }: Request,
  { conditions, connectionId, draftId }: ConditionDraft,
  at: { side: Side | null; offset: number } = { side: null, offset: 0 },
): Promise<WindowAnswer> {
  const place = { companyId, connectionId }
  const { inTotal, outTotal } = await whatIf(ctx, place, conditions)
  const side = at.side ?? (inTotal === 0 && outTotal > 0 ? 'out' : 'in')
  const offset = at.offset < (side === 'in' ? inTotal : outTotal) ? at.offset : 0
  const items = await whoMoves(ctx, place, conditions, { side, offset, limit: PAGE })
  return showWindow(whoView({ draftId, side, inTotal, outTotal, offset, items }))
}

const turnTo = (to: (request: Request, side: Side) => { side: Side; offset: number }): Step => ({
  answer: 'turn',
  run: async (request) => {
    const { draftId, side } = parseWhoMetadata(metadataOf(request))
    const draft = await getDraft(request.ctx, request.companyId, draftId)
    await connectionNamed(request, draft.connectionId)
    return await showWho(request, draft, to(request, side))
  },
})
const toPage = turnTo(({ value }, side) => ({ side, offset: parseOffset(value) }))

export const configureWhoListeners = (): Listener[] => [
  { on: 'action', id: WHO_SIDE, step: turnTo(({ value }) => ({ side: parseSide(value), offset: 0 })) },
  { on: 'action', id: `${WHO_PAGE}.back`, step: toPage },
  { on: 'action', id: `${WHO_PAGE}.next`, step: toPage },
]
