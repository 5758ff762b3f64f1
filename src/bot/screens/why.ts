import { listLinksOf } from '../../db/links.ts'
import { findStakeholder } from '../../db/stakeholders.ts'
import { RollcallError } from '../../errors.ts'
import { MOST_TOLD, personName, type RegisterFields, STANDARD_FIELDS } from '../../model.ts'
import { getDraft } from '../../sync/condition-drafts.ts'
import type { ConditionTree } from '../../sync/core/conditions.ts'
import { getSavedConditions } from '../../sync/settings.ts'
import { explainPerson, findPeople, type Why } from '../../sync/why.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { type Request, valuesOf } from '../request.ts'
import { WHY } from './ids.view.ts'
import { parseSearch } from './paging.view.ts'
import { connectionNamed, connectionsOf, notConnected } from './which-connection.ts'
import {
  WHY_FORM,
  type WhyCandidate,
  type WhyCondition,
  type WhyOutcome,
  type WhyState,
  whoDoYouMeanView,
  whyView,
} from './why.view.ts'
import { parseWhy } from './why-subject.view.ts'

/** More people than this is a search to narrow, not a list to read. */
const MAX_FOUND = 20

type Place = { connectionId: string; recordId: string }

/** @param unsaved conditions to go by in place of the saved ones */
async function explain(
  request: Request,
  { connectionId, recordId }: Place,
  unsaved: ConditionTree | null = null,
): Promise<WindowAnswer> {
  await connectionNamed(request, connectionId)
  const place = { companyId: request.companyId, connectionId }
  const why = await explainPerson(request.ctx, place, recordId, unsaved)
  if (!why) throw new RollcallError('not_found', 'This person is not in what was read from HR.')
  const tree = unsaved ?? (await getSavedConditions(request.ctx.db, place))
  return showWindow(whyView(stateOf(why, tree, { connectionId, unsaved: unsaved !== null })))
}

type About = Pick<WhyState, 'connectionId' | 'unsaved'>

function stateOf(why: Why, tree: ConditionTree, about: About): WhyState {
  const { changes, conditions, match } = why
  return {
    ...about,
    label: why.providerLabel,
    name: why.name,
    retrievedAt: why.retrievedAt,
    readAgainAt: why.readAgainAt,
    vanishedAt: why.vanishedAt,
    problem: why.problem,
    conditions: conditions && {
      match: tree.match,
      passes: conditions.passes,
      lines: conditions.lines.map((line) => ({ ...line, group: groupOf(line.path, tree) })),
    },
    identifier: STANDARD_FIELDS[why.identifier].label.toLowerCase(),
    identifierValue: why.identifierValue,
    match: match.how === 'none' ? { ...match, names: [], more: 0 } : { how: match.how, ...namesOf(match) },
    outcomes: changes.map(outcomeOf),
  }
}

function namesOf({ beyond, stakeholders }: Exclude<Why['match'], { how: 'none' }>) {
  const several = stakeholders.length + beyond > 1
  const names = stakeholders
    .slice(0, MOST_TOLD)
    .map(({ fields }) => (several ? tellingName(fields) : personName(fields)))
  return { names, more: stakeholders.length + beyond - names.length }
}

/** Several who match are mostly of one name. */
function tellingName(fields: RegisterFields): string {
  const mark = fields['employeeNumber'] ?? fields['workEmail'] ?? fields['personalEmail']
  return typeof mark === 'string' && mark !== '' ? `${personName(fields)} (${mark})` : personName(fields)
}

function groupOf([at = 0, within]: readonly number[], tree: ConditionTree): WhyCondition['group'] {
  const item = tree.items[at]
  if (within === undefined || item === undefined || !('items' in item)) return null
  return { number: at + 1, match: item.match }
}

/** Of a conflict over fields, both sides; of everything else, what would be written. */
function outcomeOf({ after, before, detail, kind, reasonText }: Why['changes'][number]): WhyOutcome {
  const written = Object.entries(after).map(([key, value]) => [
    key,
    { before: before[key] ?? null, after: value },
  ])
  return { kind, reasonText, fields: detail?.fields ?? Object.fromEntries(written) }
}

/** Everybody whose name, email, number or record id has these words in it; one alone is explained at once. */
async function search(request: Request, words: string): Promise<WindowAnswer> {
  if ((await connectionsOf(request)).length === 0) throw notConnected()
  if (words === '') return showWindow(whoDoYouMeanView('Type a name, an email or an employee number.', []))
  const found = await findPeople(request.ctx, request.companyId, words, MAX_FOUND + 1)
  const [only] = found
  if (only === undefined) return showWindow(whoDoYouMeanView(`Nobody in HR matches “${words}”.`, [], words))
  if (found.length === 1) return await explain(request, only)
  const many =
    found.length > MAX_FOUND
      ? `More than ${MAX_FOUND} people match “${words}”. Type more of the name.`
      : `${found.length} people match “${words}”. Whom do you mean?`
  return showWindow(whoDoYouMeanView(many, await told(request, found.slice(0, MAX_FOUND)), words))
}

/** The same person may come from two HR systems: then each says where it is from. */
async function told(request: Request, found: readonly WhyCandidate[]): Promise<WhyCandidate[]> {
  const connections = await connectionsOf(request)
  if (connections.length < 2) return [...found]
  const labels = new Map(connections.map(({ connectionId, label }) => [connectionId, label]))
  return found.map((it) => ({
    ...it,
    detail: [it.detail, labels.get(it.connectionId) ?? ''].filter(Boolean).join(' · '),
  }))
}

async function explainStakeholder(request: Request, stakeholderId: string): Promise<WindowAnswer> {
  const { companyId, ctx } = request
  const stakeholder = await findStakeholder(ctx.db, companyId, stakeholderId)
  if (!stakeholder) throw new RollcallError('not_found', 'There is no such stakeholder.')
  const links = await listLinksOf(ctx.db, companyId, stakeholderId)
  const [only] = links
  if (only === undefined) {
    const words = `${stakeholder.name} is matched to nobody in HR, so no sync changes this stakeholder.`
    return showWindow(whoDoYouMeanView(words, []))
  }
  if (links.length === 1) return await explain(request, only)
  const { name } = stakeholder
  const named = links.map(async (link) => {
    const { label } = await connectionNamed(request, link.connectionId)
    return { ...link, name, detail: label }
  })
  const words = `${name} is matched to ${links.length} HR records. Which one do you mean?`
  return showWindow(whoDoYouMeanView(words, await Promise.all(named)))
}

/** A [Why?] button, wherever it is. */
async function openWhy(request: Request): Promise<WindowAnswer> {
  const subject = parseWhy(request.value)
  if (subject === null) return await search(request, '')
  if ('stakeholderId' in subject) return await explainStakeholder(request, subject.stakeholderId)
  if ('connectionId' in subject) return await explain(request, subject)
  const { conditions, connectionId } = await getDraft(request.ctx, request.companyId, subject.draftId)
  return await explain(request, { connectionId, recordId: subject.recordId }, conditions)
}

/** `/datasync why <person>` */
export const whyStep: Step = {
  answer: 'open',
  run: (request) => search(request, request.value.replace(/^\S+\s*/u, '').trim()),
}

export const whyListeners = (): Listener[] => [
  { on: 'action', id: WHY, step: { answer: 'open', run: openWhy } },
  { on: 'action', id: `${WHY}.turn`, step: { answer: 'turn', run: openWhy } },
  { on: 'submit', id: WHY_FORM, run: (request) => search(request, parseSearch(valuesOf(request))) },
]
