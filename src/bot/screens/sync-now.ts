import { setTimeout as sleep } from 'node:timers/promises'
import { confirmPlan } from '../../sync/confirm.ts'
import { getPlan } from '../../sync/plan.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { syncSubject } from '../plan-cards.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import { syncOutcome } from '../sync-news.ts'
import type { Tools } from '../tools.ts'
import { checkHeld, HELD_FORM, parseHeld } from './held.view.ts'
import { SYNC_NOW } from './ids.view.ts'
import { showPreview } from './preview.ts'
import { firstKind } from './preview.view.ts'
import {
  CONFIRM,
  chooseAgainView,
  decidedView,
  nothingToSyncView,
  parsePlanValue,
  parseSyncMetadata,
  type SyncMetadata,
  WHOLE_PLAN,
} from './sync-now.view.ts'
import { planOf, showConfirm } from './sync-plan.ts'
import { decidedWords, syncResultView } from './sync-result.view.ts'
import { connectionNamed, whichConnection } from './which-connection.ts'

/** Most syncs are done by then, and the window can say so. */
const WAIT_FOR_RESULT_MS = 4_000
const ASK_EVERY_MS = 200

/** Sync Now, Sync from HR, Look again: the current plan and its Confirm, in a window. */
async function openSync(request: Request): Promise<WindowAnswer> {
  const found = await whichConnection(request, request.value === '' ? null : request.value, SYNC_NOW)
  if ('ask' in found) return showWindow(found.ask)
  const plan = await planOf(request, found.connection)
  if (plan.toApply === 0) return showWindow(nothingToSyncView())
  return await showConfirm(request, found.connection, plan)
}

type Approval = SyncMetadata & { knowingly?: number }

const confirm =
  (tools: Tools, approvalOf: (request: Request) => Approval) =>
  async (request: Request): Promise<WindowAnswer> => {
    const { ctx, companyId } = request
    const { connectionId, chosen, ...approval } = approvalOf(request)
    const ordinals = chosen?.map(({ ordinal }) => ordinal)
    const result = await confirmPlan(ctx, { companyId, ...approval, ...(ordinals ? { ordinals } : {}) })
    switch (result.outcome) {
      case 'confirmed':
        return await showResult(request, tools, result.syncId)
      case 'nothing':
        return showWindow(nothingToSyncView())
      case 'decided': {
        // A second click of the same person: what they confirmed is what they want to see.
        const { decidedBy } = result.plan
        const own = decidedBy?.kind === 'slack' && decidedBy.userId === request.userId
        if (own && result.syncId !== null) return await showResult(request, tools, result.syncId)
        return showWindow(decidedView(decidedWords(result.plan)))
      }
      case 'overtaken': {
        if (chosen !== null) return showWindow(chooseAgainView(connectionId, result.moved))
        if (result.plan.toApply === 0) return showWindow(nothingToSyncView())
        const connection = await connectionNamed(request, connectionId)
        return await showConfirm(request, connection, result.plan, { moved: result.moved })
      }
      case 'held': {
        const connection = await connectionNamed(request, connectionId)
        return await showConfirm(request, connection, result.plan, { chosen })
      }
      default:
        return result satisfies never
    }
  }

const bySyncWindow = (request: Request) => parseSyncMetadata(metadataOf(request))
const byHeldWindow = (request: Request) =>
  parseHeld({ metadata: metadataOf(request), values: valuesOf(request) })

/** Waits a moment for the end; where that is not enough, the direct message tells it. */
async function showResult(request: Request, tools: Tools, syncId: string): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const until = performance.now() + WAIT_FOR_RESULT_MS
  let sync = await syncOutcome(ctx, companyId, syncId)
  while (sync.status === 'queued' && performance.now() < until) {
    await sleep(ASK_EVERY_MS)
    sync = await syncOutcome(ctx, companyId, syncId)
  }
  if (sync.status === 'queued') await tools.announce(companyId, syncSubject(syncId))
  return showWindow(syncResultView(sync))
}

/** Exactly the plan that is being confirmed, not a newer one. */
async function openWholePlan(request: Request): Promise<WindowAnswer> {
  const { connectionId, planId } = parsePlanValue(request.value)
  const connection = await connectionNamed(request, connectionId)
  const plan = await getPlan(request.ctx.db, request.companyId, planId)
  const kind = firstKind(plan)
  return await showPreview(request, { connection, plan, kind, search: '', offset: 0, confirming: true })
}

const syncStep: Step = { answer: 'turn', run: openSync }

export const syncNowListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: SYNC_NOW, step: syncStep },
  { on: 'action', id: `${SYNC_NOW}.turn`, step: syncStep },
  { on: 'action', id: CONFIRM, step: { answer: 'turn', run: confirm(tools, bySyncWindow) } },
  { on: 'submit', id: HELD_FORM, check: checkHeld, run: confirm(tools, byHeldWindow) },
  { on: 'action', id: WHOLE_PLAN, step: { answer: 'open', run: openWholePlan } },
]
