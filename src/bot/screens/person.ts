import { RollcallError } from '../../errors.ts'
import { standingOf } from '../../sync/person.ts'
import { getPlan, listChanges } from '../../sync/plan.ts'
import { showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import { personView } from './person.view.ts'
import { parsePersonButton, parsePreviewMetadata } from './preview.view.ts'

/** One row of the plan that is open in the window below. */
export async function openPerson(request: Request): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const { connectionId, planId } = parsePreviewMetadata(metadataOf(request))
  const pressed = parsePersonButton(request.value)
  if (pressed === null) throw noSuchPerson()
  const plan = await getPlan(ctx.db, companyId, planId)
  const { items } = await listChanges(ctx.db, companyId, planId, {
    ordinals: [pressed.ordinal],
    recordId: pressed.recordId,
    offset: 0,
    limit: 1,
  })
  const [row] = items
  if (row === undefined) throw noSuchPerson()
  return showWindow(
    personView({ connectionId, row, standing: await standingOf(ctx.db, companyId, plan, row) }),
  )
}

const noSuchPerson = () => new RollcallError('not_found', 'This person is not in the plan.')
