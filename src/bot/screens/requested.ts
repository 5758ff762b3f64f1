import type { PlainTextOption } from '@slack/types'
import { type ConnectionFieldRow, listConnectionFields } from '../../db/connection-fields.ts'
import { RollcallError } from '../../errors.ts'
import { foldText } from '../../sync/core/conditions-text.ts'
import { notDeliveredWords } from '../../sync/core/field-words.ts'
import type { Mapping } from '../../sync/core/mapping.ts'
import {
  decideField,
  type FieldOutcome,
  isNotDelivered,
  mayBeAsked,
  removeField,
  requestField,
} from '../../sync/fields.ts'
import type { Provider } from '../../sync/provider.ts'
import { getSettings } from '../../sync/settings.ts'
import { escapeText, option } from '../blocks.ts'
import { decidedByWords } from '../field-news.ts'
import { type FormAnswer, type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import { tokenOf } from './configure-tokens.ts'
import { fieldAbout } from './field-card.view.ts'
import { REQUESTED } from './ids.view.ts'
import {
  CONNECT_HERE,
  FIELD_CHOICE,
  parseRequestedMetadata,
  pickedField,
  REMOVE_FIELD,
  REQUESTED_FORM,
  type RequestedField,
  requestedView,
} from './requested.view.ts'
import { connectionNamed } from './which-connection.ts'
import { whoWords } from './words.view.ts'

type Support = Tools['supportChannel']

const placeOf = (request: Request, connectionId: string) => ({ companyId: request.companyId, connectionId })
const connectionIdOf = (request: Request) => parseRequestedMetadata(metadataOf(request)).connectionId

async function draw(
  request: Request,
  connectionId: string,
  support: Support,
  notice: string | null,
): Promise<WindowAnswer> {
  const { label, provider, row } = await connectionNamed(request, connectionId)
  const place = placeOf(request, connectionId)
  const fields = await listConnectionFields(request.ctx.db, place)
  const { mapping } = await getSettings(request.ctx.db, place)
  return showWindow(
    requestedView({
      connectionId,
      label,
      notice,
      hasSupport: support !== null,
      left: row.cache_retrieval_id === null ? null : fields.filter(mayBeAsked).length,
      fields: fields
        .filter(({ state }) => state !== 'listed')
        .map((field) => ({
          fieldId: field.field_id,
          requestId: field.request_id ?? '',
          label: field.label,
          type: field.type,
          category: field.category,
          standing: standingOf(field, { provider, mapping, team: request.teamId, now: request.ctx.now }),
        })),
    }),
  )
}

function standingOf(
  field: ConnectionFieldRow,
  { mapping, now, provider, team }: { provider: Provider; mapping: Mapping; now: Date; team: string },
): RequestedField['standing'] {
  const { requested_by: asker, requested_at, decided_at, delivered, gone_at, state } = field
  if (gone_at !== null) return { is: 'gone', at: gone_at }
  if (state === 'declined') return { is: 'declined', by: decidedByWords(field, team), at: decided_at ?? now }
  if (state !== 'connected') {
    return { is: 'waiting', by: asker ? whoWords(asker) : 'somebody', at: requested_at ?? now }
  }
  if (isNotDelivered(field)) {
    return { is: 'missing', sentence: notDeliveredWords(field.label, provider.whereToGrant(field)) }
  }
  if (delivered === null) return { is: 'coming' }
  return { is: 'read', to: mapping.custom.find(({ from }) => from === field.field_id)?.label ?? null }
}

async function choices(request: Request): Promise<PlainTextOption[]> {
  const { connectionId } = await connectionNamed(request, connectionIdOf(request))
  const fields = await listConnectionFields(request.ctx.db, placeOf(request, connectionId))
  const typed = foldText(request.value)
  return fields
    .filter(mayBeAsked)
    .filter(({ category, label }) => foldText(`${label} ${category ?? ''}`).includes(typed))
    .map((field) => option(tokenOf(field.field_id), field.label, fieldAbout(field)))
}

const ask =
  ({ supportChannel }: Tools) =>
  async (request: Request): Promise<FormAnswer> => {
    const { connectionId } = await connectionNamed(request, connectionIdOf(request))
    const place = placeOf(request, connectionId)
    const picked = pickedField(valuesOf(request))
    const fields = await listConnectionFields(request.ctx.db, place)
    const field = fields.find(({ field_id }) => tokenOf(field_id) === picked)
    if (field === undefined) throw new RollcallError('not_found', 'This field is no longer listed.')
    const hasSupport = supportChannel !== null
    const answer = await requestField(request.ctx, place, {
      fieldId: field.field_id,
      hasSupport,
      team: request.teamId,
    })
    return await draw(request, connectionId, supportChannel, askedWords(answer))
  }

function askedWords({ field, outcome }: FieldOutcome): string {
  const name = `*${escapeText(field.label)}*`
  if (outcome === 'moved') return `${name} was asked for already.`
  return field.state === 'requested'
    ? `Support was asked for ${name}. You will be told what they decide.`
    : connectedWords(name)
}

const connectedWords = (name: string) =>
  `${name} is connected and is being retrieved. It can be a condition under Sync if, and be mapped under Fields and owners.`

const remove = ({ supportChannel }: Tools): Step => ({
  answer: 'turn',
  run: async (request) => {
    const { connectionId } = await connectionNamed(request, connectionIdOf(request))
    const about = { fieldId: request.value, team: request.teamId }
    const { field } = await removeField(request.ctx, placeOf(request, connectionId), about)
    const notice = `*${escapeText(field.label)}* is not read any more. What is in the register stays.`
    return await draw(request, connectionId, supportChannel, notice)
  },
})

/** For what was asked for while there was a support channel. */
const connectHere = ({ supportChannel }: Tools): Step => ({
  answer: 'turn',
  run: async (request) => {
    if (supportChannel !== null) throw new RollcallError('not_allowed', 'Support decides about this field.')
    const { companyId, ctx, teamId: team, value: requestId } = request
    const { field, outcome } = await decideField(ctx, { companyId, requestId, team }, 'connected')
    const name = `*${escapeText(field.label)}*`
    const notice = outcome === 'done' ? connectedWords(name) : `${name} was decided about already.`
    return await draw(request, connectionIdOf(request), supportChannel, notice)
  },
})

export const requestedListeners = (tools: Tools): Listener[] => [
  {
    on: 'action',
    id: REQUESTED,
    step: {
      answer: 'open',
      run: (request) => draw(request, request.value, tools.supportChannel, null),
    },
  },
  { on: 'action', id: REMOVE_FIELD, step: remove(tools) },
  { on: 'action', id: CONNECT_HERE, step: connectHere(tools) },
  { on: 'options', id: FIELD_CHOICE, run: choices },
  { on: 'submit', id: REQUESTED_FORM, run: ask(tools) },
]
