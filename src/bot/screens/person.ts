import { findCachedPeople } from '../../db/cache.ts'
import { RollcallError } from '../../errors.ts'
import { type PlanKind, personName } from '../../model.ts'
import type { Context } from '../../sync/context.ts'
import { listKeptFields } from '../../sync/kept.ts'
import { findLeftOut, leaveOut, takeBack } from '../../sync/leave-out.ts'
import { standingOf } from '../../sync/person.ts'
import { type ChangeView, getPlan, listChanges, type PlanView } from '../../sync/plan.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { updateWindow } from '../windows.ts'
import {
  LEAVE_OUT,
  leftOutNote,
  type PersonList,
  parsePersonList,
  personView,
  TAKE_BACK,
  takenBackNote,
} from './person.view.ts'
import { OPENABLE_KINDS } from './plan.view.ts'
import { showPreview } from './preview.ts'
import { PREVIEW_PERSON, parsePersonButton, parsePreviewMetadata } from './preview.view.ts'
import { planOf } from './sync-plan.ts'
import { type Connection, connectionNamed } from './which-connection.ts'

const ORDER: readonly PlanKind[] = OPENABLE_KINDS

type Person = { recordId: string; name: string; row: ChangeView | null }

async function showPerson(
  { ctx, companyId }: Request,
  { list, note, person, plan }: { list: PersonList; note: string | null; person: Person; plan: PlanView },
): Promise<WindowAnswer> {
  const { connectionId } = list
  const { recordId, row } = person
  const judged = row ?? { recordId, kind: 'unchanged', stakeholderId: null }
  const place = { companyId, connectionId }
  const [standing, leftOut, kept] = await Promise.all([
    standingOf(ctx.db, companyId, plan, judged),
    findLeftOut(ctx.db, place, recordId),
    listKeptFields(ctx.db, place, judged),
  ])
  const confirmed = plan.status === 'confirmed'
  const about = { connectionId, standing, confirmed, kept, leftOut: leftOut ?? null }
  return showWindow(personView({ ...person, ...about, note, list }))
}

/** One row of the plan that is open in the list. */
async function openPerson(request: Request): Promise<WindowAnswer> {
  const { ctx, companyId, origin } = request
  const { planId, ...of } = parsePreviewMetadata(metadataOf(request))
  const pressed = parsePersonButton(request.value)
  if (pressed === null) throw noSuchPerson()
  const { recordId } = pressed
  const filter = { ordinals: [pressed.ordinal], recordId, offset: 0, limit: 1 }
  const { items } = await listChanges(ctx.db, companyId, planId, filter)
  const [row] = items
  if (row === undefined) throw noSuchPerson()
  return await showPerson(request, {
    list: { ...of, viewId: origin.in === 'modal' ? origin.viewId : '' },
    note: null,
    person: { recordId, name: row.name, row },
    plan: await getPlan(ctx.db, companyId, planId),
  })
}

const noSuchPerson = () => new RollcallError('not_found', 'This person is not in the plan.')

type Place = { companyId: string; connectionId: string }

/** Decides, and shows what the plan of now has in mind for the person; the list below follows. */
const deciding = (
  tools: Tools,
  decide: (ctx: Context, place: Place, recordId: string) => Promise<void>,
  noteOf: (code: string | null) => string,
): Step => ({
  answer: 'turn',
  run: async (request) => {
    const { ctx, companyId, value: recordId } = request
    const list = parsePersonList(metadataOf(request))
    const connection = await connectionNamed(request, list.connectionId)
    const place = { companyId, connectionId: list.connectionId }
    await decide(ctx, place, recordId)
    await tools.announce(companyId, `settings:${list.connectionId}`)
    const plan = await planOf(request, connection)
    await redrawList(request, connection, plan, list)
    const note = noteOf(plan.status === 'confirmed' ? null : plan.code)
    return await showPerson(request, { list, note, person: await personOf(request, plan, recordId), plan })
  },
})

/** What matters most of what the plan has in mind, where some fields are written and others wait. */
async function personOf({ ctx, companyId }: Request, plan: PlanView, recordId: string): Promise<Person> {
  const { items } = await listChanges(ctx.db, companyId, plan.planId, { recordId, offset: 0, limit: 10 })
  const [row = null] = items.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  if (row !== null) return { recordId, name: row.name, row }
  const { connectionId } = plan
  const people = await findCachedPeople(ctx.db, { companyId, connectionId }, [recordId])
  return { recordId, name: personName(people.get(recordId) ?? {}), row }
}

/** Behind this page, where it would still show the plan of before. */
async function redrawList(request: Request, connection: Connection, plan: PlanView, list: PersonList) {
  const { ctx, origin, slack } = request
  if (origin.in === 'modal' && origin.viewId === list.viewId) return
  const confirming = list.confirming || plan.status === 'confirmed'
  const shown = { connection, plan, kind: list.kind, search: '', offset: 0, confirming }
  try {
    const answer = await showPreview(request, shown)
    if (answer.show === 'window') await updateWindow(slack, { viewId: list.viewId, hash: null }, answer.view)
  } catch (thrown) {
    ctx.log.warn({ err: thrown }, 'the list behind a page could not be drawn anew')
  }
}

export const personListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: PREVIEW_PERSON, step: { answer: 'open', run: openPerson } },
  { on: 'action', id: LEAVE_OUT, step: deciding(tools, leaveOut, leftOutNote) },
  { on: 'action', id: TAKE_BACK, step: deciding(tools, takeBack, takenBackNote) },
]
