import type { PlanKind } from '../../model.ts'
import { currentPlan, getPlan, listChanges, type PlanView } from '../../sync/plan.ts'
import { firstHeld } from '../held.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import { PREVIEW } from './ids.view.ts'
import { PAGE, parseOffset, parseSearch } from './paging.view.ts'
import { kindsOf } from './plan.view.ts'
import {
  firstKind,
  noPlanView,
  PREVIEW_FORM,
  PREVIEW_KIND,
  PREVIEW_PAGE,
  parseKind,
  parsePreviewButton,
  parsePreviewMetadata,
  previewView,
} from './preview.view.ts'
import { type Connection, connectionNamed, whichConnection } from './which-connection.ts'

type Shown = {
  connection: Connection
  plan: PlanView
  kind: PlanKind
  search: string
  offset: number
  confirming: boolean
}

export async function showPreview(request: Request, shown: Shown): Promise<WindowAnswer> {
  const { connection, confirming, kind, offset, plan, search } = shown
  const { items, total } = await listChanges(request.ctx.db, request.companyId, plan.planId, {
    kinds: kindsOf(kind),
    offset,
    limit: PAGE,
    ...(search === '' ? {} : { search }),
  })
  const { connectionId, label } = connection
  const page = { offset, shown: items.length, total }
  const held = plan.status === 'open' ? firstHeld(plan) : null
  return showWindow(previewView({ connectionId, label, plan, kind, search, page, items, held, confirming }))
}

/** The current plan of the button's connection, at the count that was pressed. */
async function openPreview(request: Request): Promise<WindowAnswer> {
  const pressed = request.origin.in === 'command' ? null : parsePreviewButton(request.value)
  const found = await whichConnection(request, pressed?.connectionId ?? null, PREVIEW)
  if ('ask' in found) return showWindow(found.ask)
  const { connection } = found
  const plan = await currentPlan(request.ctx, {
    companyId: request.companyId,
    connectionId: connection.connectionId,
  })
  if (plan === undefined) return showWindow(noPlanView(connection.label))
  const kind = pressed?.kind ?? firstKind(plan)
  const confirming = plan.status === 'confirmed'
  return await showPreview(request, { connection, plan, kind, search: '', offset: 0, confirming })
}

/** The plan that is open in the window, whatever happened since: pages of one list belong together. */
async function turnPreview(request: Request, to: { kind?: PlanKind; offset: number }): Promise<WindowAnswer> {
  const { connectionId, planId, kind, confirming } = parsePreviewMetadata(metadataOf(request))
  return await showPreview(request, {
    connection: await connectionNamed(request, connectionId),
    plan: await getPlan(request.ctx.db, request.companyId, planId),
    kind: to.kind ?? kind,
    search: parseSearch(valuesOf(request)),
    offset: to.offset,
    confirming,
  })
}

const turnTo = (to: (request: Request) => { kind?: PlanKind; offset: number }): Step => ({
  answer: 'turn',
  run: (request) => turnPreview(request, to(request)),
})
const toPage = turnTo(({ value }) => ({ offset: parseOffset(value) }))

export const previewStep: Step = { answer: 'open', run: openPreview }

export const previewListeners = (): Listener[] => [
  { on: 'action', id: PREVIEW, step: previewStep },
  { on: 'action', id: `${PREVIEW}.turn`, step: { answer: 'turn', run: openPreview } },
  { on: 'action', id: PREVIEW_KIND, step: turnTo(({ value }) => ({ kind: parseKind(value), offset: 0 })) },
  { on: 'action', id: `${PREVIEW_PAGE}.back`, step: toPage },
  { on: 'action', id: `${PREVIEW_PAGE}.next`, step: toPage },
  { on: 'submit', id: PREVIEW_FORM, run: (request) => turnPreview(request, { offset: 0 }) },
]
