import { listStakeholders } from '../../db/stakeholders.ts'
import { RollcallError } from '../../errors.ts'
import { type Answer, type Conflict, findConflict, resolveField, resolveMatch } from '../../sync/resolve.ts'
import { type Listener, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import {
  checkDecision,
  DECISION_FIND,
  DECISION_FORM,
  decisionView,
  foundOption,
  KEEP_OURS,
  parseDecision,
  parseDecisionMetadata,
  TAKE_HR,
} from './decision.view.ts'
import { showConflicts } from './resolve.ts'
import { parseResolveMetadata, RESOLVE_ONE } from './resolve.view.ts'
import { type Connection, connectionNamed } from './which-connection.ts'

const MOVED = 'This changed since you opened it. Look again.'
const SETTLED = 'Nothing about this person is open any more.'
const REMEMBERED = 'Remembered.'

function showDecision(
  { ctx }: Request,
  { connectionId, label }: Connection,
  conflict: Conflict,
  note: string | null = null,
): WindowAnswer {
  const stakeholders = conflict.stakeholders.map(({ source, ...it }) => ({
    ...it,
    from: source && ctx.providers.get(source.provider).label,
  }))
  return showWindow(decisionView({ ...conflict, connectionId, label, stakeholders, note }))
}

async function openDecision(request: Request): Promise<WindowAnswer> {
  const connection = await connectionNamed(request, parseResolveMetadata(metadataOf(request)))
  const conflict = await findConflict(request.ctx, placeOf(request, connection), request.value)
  return conflict
    ? showDecision(request, connection, conflict)
    : await showConflicts(request, connection, { note: SETTLED })
}

const placeOf = ({ companyId }: Request, { connectionId }: Connection) => ({ companyId, connectionId })

/** The answer is taken for what was shown, and for nothing else. */
const answering =
  (
    tools: Tools,
    answer: (request: Request, connection: Connection) => Promise<Answer>,
  ): ((request: Request) => Promise<WindowAnswer>) =>
  async (request) => {
    const { connectionId, recordId } = parseDecisionMetadata(metadataOf(request))
    const connection = await connectionNamed(request, connectionId)
    const result = await answer(request, connection)
    if (result.outcome === 'moved')
      return result.conflict
        ? showDecision(request, connection, result.conflict, MOVED)
        : await showConflicts(request, connection, { note: SETTLED })
    const rest = await findConflict(request.ctx, placeOf(request, connection), recordId)
    await tools.announce(request.companyId, `settings:${connectionId}`)
    return rest
      ? showDecision(request, connection, rest, `${REMEMBERED} This is still open:`)
      : await showConflicts(request, connection, { note: REMEMBERED })
  }

const byChoice = async (request: Request, connection: Connection): Promise<Answer> => {
  const { recordId, mark } = parseDecisionMetadata(metadataOf(request))
  const { choice, found } = parseDecision({ metadata: '', values: valuesOf(request) })
  if (choice === null) throw new RollcallError('bad_request', 'Nothing was chosen.')
  return await resolveMatch(request.ctx, placeOf(request, connection), { recordId, mark, choice, found })
}

const byField =
  (verdict: 'hr' | 'register') =>
  async (request: Request, connection: Connection): Promise<Answer> => {
    const { recordId, mark } = parseDecisionMetadata(metadataOf(request))
    const answer = { recordId, mark, field: request.value, verdict }
    return await resolveField(request.ctx, placeOf(request, connection), answer)
  }

/** Stakeholders of the company whose name, email or number holds what was typed. */
async function suggestStakeholders({ ctx, companyId, value }: Request) {
  const { items } = await listStakeholders(ctx.db, companyId, { search: value, limit: 50 })
  return items.map(foundOption)
}

export const decisionListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: RESOLVE_ONE, step: { answer: 'turn', run: openDecision } },
  { on: 'action', id: TAKE_HR, step: { answer: 'turn', run: answering(tools, byField('hr')) } },
  { on: 'action', id: KEEP_OURS, step: { answer: 'turn', run: answering(tools, byField('register')) } },
  { on: 'options', id: DECISION_FIND, run: suggestStakeholders },
  { on: 'submit', id: DECISION_FORM, check: checkDecision, run: answering(tools, byChoice) },
]
