import { findConflictReasons } from '../../db/conflict-reasons.ts'
import { listChanges } from '../../sync/plan.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import { DECISION_BACK } from './decision.view.ts'
import { RESOLVE } from './ids.view.ts'
import { PAGE, parseOffset, parseSearch } from './paging.view.ts'
import {
  type Elsewhere,
  parseResolveMetadata,
  RESOLVE_FORM,
  RESOLVE_PAGE,
  resolveView,
} from './resolve.view.ts'
import { planOf } from './sync-plan.ts'
import { type Connection, connectionNamed, connectionsOf, whichConnection } from './which-connection.ts'

/** Who needs a look as of now: after an answer, the list and its numbers are those of the next plan. */
export async function showConflicts(
  request: Request,
  connection: Connection,
  at: { search?: string; offset?: number; note?: string } = {},
): Promise<WindowAnswer> {
  const { search = '', offset = 0, note = null } = at
  const { connectionId, label } = connection
  const plan = await planOf(request, connection)
  const { items, total } = await listChanges(request.ctx.db, request.companyId, plan.planId, {
    kind: 'conflict',
    offset,
    limit: PAGE,
    ...(search === '' ? {} : { search }),
  })
  const page = { offset, shown: items.length, total }
  const elsewhere = await findElsewhere(request, connection, plan.planId)
  return showWindow(resolveView({ connectionId, label, plan, search, page, items, elsewhere, note }))
}

async function findElsewhere(
  request: Request,
  { connectionId }: Connection,
  planId: string,
): Promise<Elsewhere | null> {
  const [all, conflicts] = await Promise.all([
    connectionsOf(request),
    findConflictReasons(request.ctx.db, request.companyId, planId),
  ])
  const found = conflicts?.reasons.find(({ reason }) => reason === 'two_connections')
  if (conflicts === null || found === undefined) return null
  const others = all.filter((it) => it.connectionId !== connectionId)
  const label = others.length === 1 ? (others[0]?.label ?? null) : null
  return { people: found.people, label, identifier: conflicts.identifier }
}

async function openConflicts(request: Request): Promise<WindowAnswer> {
  const found = await whichConnection(request, request.value === '' ? null : request.value, RESOLVE)
  return 'ask' in found ? showWindow(found.ask) : await showConflicts(request, found.connection)
}

const turnTo = (offsetOf: (request: Request) => number) => async (request: Request) =>
  await showConflicts(request, await connectionNamed(request, parseResolveMetadata(metadataOf(request))), {
    search: parseSearch(valuesOf(request)),
    offset: offsetOf(request),
  })
const toPage: Step = { answer: 'turn', run: turnTo(({ value }) => parseOffset(value)) }
const toList: Step = { answer: 'turn', run: openConflicts }

export const resolveListeners = (): Listener[] => [
  { on: 'action', id: RESOLVE, step: { answer: 'open', run: openConflicts } },
  { on: 'action', id: `${RESOLVE}.turn`, step: toList },
  { on: 'action', id: DECISION_BACK, step: toList },
  { on: 'action', id: `${RESOLVE_PAGE}.back`, step: toPage },
  { on: 'action', id: `${RESOLVE_PAGE}.next`, step: toPage },
  { on: 'submit', id: RESOLVE_FORM, run: turnTo(() => 0) },
]
