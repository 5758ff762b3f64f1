import type { PlanKind } from '../../model.ts'
import { getPlan, listChanges, type PlanView } from '../../sync/plan.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Chosen } from './chosen.view.ts'
import { SYNC_SELECTED } from './ids.view.ts'
import { PAGE, parseOffset } from './paging.view.ts'
import { countOf, kindsOf } from './plan.view.ts'
import { parseKind } from './preview.view.ts'
import { decidedView, nothingToSyncView } from './sync-now.view.ts'
import { planOf, showConfirm } from './sync-plan.ts'
import { decidedWords } from './sync-result.view.ts'
import {
  CHOOSE_FORM,
  CHOOSE_KIND,
  CHOOSE_PAGE,
  CHOOSE_PEOPLE,
  CHOOSE_SEARCH,
  checkChoice,
  chooseView,
  PICKABLE_KINDS,
  parseChoose,
} from './sync-selected.view.ts'
import { type Connection, connectionNamed, whichConnection } from './which-connection.ts'

type Shown = {
  connection: Connection
  plan: PlanView
  kind: PlanKind
  search: string
  offset: number
  chosen: readonly Chosen[]
}

async function showChoice(request: Request, shown: Shown): Promise<WindowAnswer> {
  const { chosen, connection, kind, offset, plan, search } = shown
  const { items, total } = await listChanges(request.ctx.db, request.companyId, plan.planId, {
    kinds: kindsOf(kind),
    offset,
    limit: PAGE,
    ...(search === '' ? {} : { search }),
  })
  const { connectionId, label } = connection
  const page = { offset, shown: items.length, total }
  return showWindow(chooseView({ connectionId, label, plan, kind, search, page, items, chosen }))
}

async function openChoice(request: Request): Promise<WindowAnswer> {
  const found = await whichConnection(request, request.value === '' ? null : request.value, SYNC_SELECTED)
  if ('ask' in found) return showWindow(found.ask)
  const plan = await planOf(request, found.connection)
  if (plan.status === 'confirmed') return showWindow(decidedView(decidedWords(plan)))
  const kind = PICKABLE_KINDS.find((it) => countOf(plan.counts, it) > 0)
  if (kind === undefined) return showWindow(nothingToSyncView())
  return await showChoice(request, { ...found, plan, kind, search: '', offset: 0, chosen: [] })
}

async function turnChoice(request: Request, to: { kind?: PlanKind; offset: number }): Promise<WindowAnswer> {
  const { connectionId, planId, kind, search, chosen } = parseChoose(metadataOf(request), valuesOf(request))
  return await showChoice(request, {
    connection: await connectionNamed(request, connectionId),
    plan: await getPlan(request.ctx.db, request.companyId, planId),
    kind: to.kind ?? kind,
    search,
    offset: to.offset,
    chosen,
  })
}

/** The page as it is, whatever was typed and not searched for yet, with what is ticked counted anew. */
async function countTicks(request: Request): Promise<WindowAnswer> {
  const { connectionId, planId, kind, page, place, chosen } = parseChoose(
    metadataOf(request),
    valuesOf(request),
  )
  const { label } = await connectionNamed(request, connectionId)
  const plan = await getPlan(request.ctx.db, request.companyId, planId)
  const rows = { ordinals: page, offset: 0, limit: PAGE }
  const { items } = await listChanges(request.ctx.db, request.companyId, planId, rows)
  const shown = { ...place, shown: items.length }
  return showWindow(chooseView({ connectionId, label, plan, kind, search: '', page: shown, items, chosen }))
}

/** From the ticks to the numbers and Confirm, bound to the plan that the ticks were made in. */
async function confirmChoice(request: Request): Promise<WindowAnswer> {
  const { connectionId, planId, chosen } = parseChoose(metadataOf(request), valuesOf(request))
  const connection = await connectionNamed(request, connectionId)
  const plan = await getPlan(request.ctx.db, request.companyId, planId)
  return await showConfirm(request, connection, plan, { chosen })
}

const turnTo = (to: (request: Request) => { kind?: PlanKind; offset: number }): Step => ({
  answer: 'turn',
  run: (request) => turnChoice(request, to(request)),
})
const toPage = turnTo(({ value }) => ({ offset: parseOffset(value) }))
const openStep: Step = { answer: 'turn', run: openChoice }

export const syncSelectedListeners = (): Listener[] => [
  { on: 'action', id: SYNC_SELECTED, step: openStep },
  { on: 'action', id: `${SYNC_SELECTED}.turn`, step: openStep },
  { on: 'action', id: CHOOSE_KIND, step: turnTo(({ value }) => ({ kind: parseKind(value), offset: 0 })) },
  { on: 'action', id: CHOOSE_PEOPLE, step: { answer: 'redraw', run: countTicks } },
  { on: 'action', id: CHOOSE_SEARCH, step: turnTo(() => ({ offset: 0 })) },
  { on: 'action', id: `${CHOOSE_PAGE}.back`, step: toPage },
  { on: 'action', id: `${CHOOSE_PAGE}.next`, step: toPage },
  { on: 'submit', id: CHOOSE_FORM, check: checkChoice, run: confirmChoice },
]
