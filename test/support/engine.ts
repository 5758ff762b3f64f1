import type { Employee } from '../../src/model.ts'
import { runApply } from '../../src/sync/apply.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import type { Choice } from '../../src/sync/core/choices.ts'
import { type ChangeView, currentPlan, listChanges, type PlanView } from '../../src/sync/plan.ts'
import { findConflict, resolveMatch } from '../../src/sync/resolve.ts'
import type { SyncView } from '../../src/sync/sync-view.ts'
import { employee } from '../sync/core/people.ts'
import type { TestDatabase } from './database.ts'
import { DANA, makeContext, type Place } from './seed.ts'

/** Person number n: own record, own number, own email. */
export const person = (number: number, over: Partial<Employee> = {}): Employee =>
  employee({
    recordId: `${number}`,
    employeeNumber: `E-${number}`,
    workEmail: `p${number}@acme.example`,
    firstName: `Person${number}`,
    ...over,
  })

/** The engine's verbs as one admin uses them, on one connection. */
export function engineAt(database: TestDatabase, place: Place) {
  const ctx = (actor = DANA) => makeContext(database, { actor, now: new Date() })
  const plan = async (): Promise<PlanView> => {
    const view = await currentPlan(ctx(), place)
    if (!view) throw new Error('nothing was retrieved')
    return view
  }
  const confirm = (
    view: PlanView,
    over: { actor?: typeof DANA; ordinals?: number[]; knowingly?: number } = {},
  ) => {
    const { actor, ...choice } = over
    return confirmPlan(ctx(actor), {
      companyId: place.companyId,
      planId: view.planId,
      hash: view.hash,
      ...choice,
    })
  }
  const sync = async (choice: { ordinals?: number[]; knowingly?: number } = {}): Promise<SyncView> => {
    const answer = await confirm(await plan(), choice)
    if (answer.outcome !== 'confirmed') throw new Error(`not confirmed: ${answer.outcome}`)
    return await runApply(ctx(), { companyId: place.companyId, syncId: answer.syncId })
  }
  const changes = async (): Promise<ChangeView[]> => {
    const { planId } = await plan()
    return (await listChanges(database.db, place.companyId, planId, { offset: 0, limit: 1_000 })).items
  }
  const changesOf = async (recordId: string): Promise<ChangeView[]> =>
    (await changes()).filter((change) => change.recordId === recordId)
  /** The first of these answers to what is open about a record, as it is offered in Resolve; of one stakeholder, if told. */
  const answer = async (
    recordId: string,
    kind: Choice['kind'],
    found: string | null = null,
    about?: string,
  ) => {
    const conflict = await findConflict(ctx(), place, recordId)
    if (!conflict) throw new Error(`nothing is open about ${recordId}`)
    const choice = conflict.choices.findIndex(
      (it) =>
        it.kind === kind && (about === undefined || ('stakeholderId' in it && it.stakeholderId === about)),
    )
    return await resolveMatch(ctx(), place, { recordId, mark: conflict.mark, choice, found })
  }
  return { ctx, plan, confirm, sync, changes, changesOf, answer }
}
