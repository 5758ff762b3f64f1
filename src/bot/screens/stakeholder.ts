import type { StakeholderView } from '../../db/stakeholders.ts'
import type { Context } from '../../sync/context.ts'
import { getStakeholder } from '../../sync/stakeholder.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import { STAKEHOLDER } from './ids.view.ts'
import { parseOffset } from './paging.view.ts'
import {
  HISTORY_LINES,
  parseStakeholderId,
  parseStakeholderMetadata,
  STAKEHOLDER_HISTORY,
  stakeholderView,
} from './stakeholder.view.ts'
import type { Stakeholder } from './stakeholders.view.ts'

/** The connection of a stakeholder by the vendor's own spelling. */
export const labelled = <View extends Pick<StakeholderView, 'source'>>(
  ctx: Context,
  { source, ...rest }: View,
): Omit<View, 'source'> & Pick<Stakeholder, 'source'> => ({
  ...rest,
  source: source && { label: ctx.providers.get(source.provider).label, syncedAt: source.syncedAt },
})

async function show({ ctx, companyId }: Request, stakeholderId: string, offset = 0): Promise<WindowAnswer> {
  const lines = { offset, limit: HISTORY_LINES }
  const { history, ...record } = await getStakeholder(ctx, companyId, stakeholderId, lines)
  const { items, total } = history
  const page = { offset, shown: items.length, total }
  return showWindow(stakeholderView({ ...labelled(ctx, record), history: { items, page } }))
}

const historyPage: Step = {
  answer: 'turn',
  run: (request) => show(request, parseStakeholderMetadata(metadataOf(request)), parseOffset(request.value)),
}

export const stakeholderListeners = (): Listener[] => [
  {
    on: 'action',
    id: STAKEHOLDER,
    step: { answer: 'open', run: (request) => show(request, parseStakeholderId(request.value)) },
  },
  { on: 'action', id: `${STAKEHOLDER_HISTORY}.newer`, step: historyPage },
  { on: 'action', id: `${STAKEHOLDER_HISTORY}.earlier`, step: historyPage },
]
