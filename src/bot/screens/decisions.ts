import { findCachedPeople } from '../../db/cache.ts'
import { findStakeholder } from '../../db/stakeholders.ts'
import { type DecisionView, listDecisions, revoke } from '../../sync/decide.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import {
  DECISIONS_PAGE,
  type DecisionRow,
  decisionsView,
  parseDecisionsButton,
  parseDecisionsMetadata,
  parseRevoke,
  REVOKE,
} from './decisions.view.ts'
import { DECISIONS } from './ids.view.ts'
import { PAGE, parseOffset } from './paging.view.ts'

async function showDecisions(
  request: Request,
  at: { connectionId: string | null; offset: number; note?: string },
): Promise<WindowAnswer> {
  const { connectionId, note = null } = at
  const { ctx, companyId } = request
  const all = await listDecisions(ctx.db, companyId)
  const mine = all.filter((it) => connectionId === null || it.connectionId === connectionId)
  const offset = at.offset < mine.length ? at.offset : 0
  const items: DecisionRow[] = []
  for (const decision of mine.slice(offset, offset + PAGE)) items.push(await toRow(request, decision))
  const page = { offset, shown: items.length, total: mine.length }
  return showWindow(decisionsView({ connectionId, items, page, note }))
}

/** With what tells two people of one name apart, and whom the answer named. */
async function toRow({ ctx, companyId }: Request, decision: DecisionView): Promise<DecisionRow> {
  const { connectionId, recordId } = decision
  const people = await findCachedPeople(ctx.db, { companyId, connectionId }, [recordId])
  const employeeNumber = people.get(recordId)?.employeeNumber ?? null
  if (decision.about === 'field') return { ...decision, employeeNumber }
  const { stakeholderId } = decision
  const found = stakeholderId === null ? undefined : await findStakeholder(ctx.db, companyId, stakeholderId)
  return { ...decision, employeeNumber, stakeholder: found?.name ?? null }
}

const openStep: Step = {
  answer: 'turn',
  run: (request) => showDecisions(request, { connectionId: parseDecisionsButton(request.value), offset: 0 }),
}

const pageStep: Step = {
  answer: 'turn',
  run: (request) => {
    const { connectionId } = parseDecisionsMetadata(metadataOf(request))
    return showDecisions(request, { connectionId, offset: parseOffset(request.value) })
  },
}

const revokeStep = (tools: Tools): Step => ({
  answer: 'turn',
  run: async (request) => {
    const at = parseDecisionsMetadata(metadataOf(request))
    const { ctx, companyId } = request
    const decisionId = parseRevoke(request.value)
    const decision = (await listDecisions(ctx.db, companyId)).find((it) => it.decisionId === decisionId)
    await revoke(ctx, companyId, decisionId)
    if (decision) await tools.announce(companyId, `settings:${decision.connectionId}`)
    return await showDecisions(request, {
      ...at,
      note: 'Revoked. What is open because of it is asked again; what was written stays.',
    })
  },
})

export const decisionsListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: DECISIONS, step: openStep },
  { on: 'action', id: `${DECISIONS_PAGE}.back`, step: pageStep },
  { on: 'action', id: `${DECISIONS_PAGE}.next`, step: pageStep },
  { on: 'action', id: REVOKE, step: revokeStep(tools) },
]
