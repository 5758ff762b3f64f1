import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Db } from '../db/client.ts'
import {
  type ConnectionFieldRow,
  findFieldByRequest,
  listConnectionFields,
  lockField,
  updateField,
} from '../db/connection-fields.ts'
import { lockConnection } from '../db/connection-health.ts'
import type { Database } from '../db/schema.ts'
import { RollcallError } from '../errors.ts'
import type { CoveredField } from '../model.ts'
import type { Context } from './context.ts'
import { customFieldKey } from './core/conditions-fields.ts'
import { notDeliveredWords } from './core/field-words.ts'
import { takeOutOfSettings } from './field-settings.ts'
import { enqueue } from './jobs.ts'
import type { Provider } from './provider.ts'
import { requestRetrieval } from './retrieve.ts'

type Place = { companyId: string; connectionId: string }

/** `moved`: somebody was first, or asked again since; `field` is how it stands now, and nothing was changed. */
export type FieldOutcome = { outcome: 'done' | 'moved'; field: ConnectionFieldRow }

/**
 * An admin asks for a custom field. Support is asked where there is any; otherwise it is connected at once. With a
 * transaction as `ctx.db` it is part of that.
 * @param team the Slack workspace of whoever acts, here and below
 * @throws RollcallError `not_found` when the HR system does not have it
 */
export function requestField(
  ctx: Context,
  place: Place,
  { fieldId, hasSupport, team }: { fieldId: string; hasSupport: boolean; team: string },
): Promise<FieldOutcome> {
  return changeField(ctx, place, fieldId, async (trx, row) => {
    if (row.gone_at !== null) throw notListed()
    if (row.state === 'requested' || row.state === 'connected') return null
    const field = await updateField(trx, row, {
      state: hasSupport ? 'requested' : 'connected',
      request_id: randomUUID(),
      requested_by: JSON.stringify(ctx.actor),
      requested_at: ctx.now,
      ...(hasSupport ? UNDECIDED : decidedBy(ctx, team)),
      delivered: null,
    })
    if (hasSupport) await announceField(trx, field)
    else await requestRetrieval({ ...ctx, db: trx }, place)
    return field
  })
}

/** Support, or an admin where there is none, decides. What is connected is retrieved at once. */
export async function decideField(
  ctx: Context,
  request: { companyId: string; requestId: string; team: string },
  verdict: 'connected' | 'declined',
): Promise<FieldOutcome> {
  const { companyId, requestId, team } = request
  const asked = await findFieldByRequest(ctx.db, companyId, requestId)
  if (asked === undefined) throw new RollcallError('not_found', 'This request is no longer there.')
  const place = { companyId, connectionId: asked.connection_id }
  return await changeField(ctx, place, asked.field_id, async (trx, row) => {
    if (row.request_id !== requestId || row.state !== 'requested') return null
    const field = await updateField(trx, row, { state: verdict, ...decidedBy(ctx, team) })
    await announceField(trx, field)
    // In the name of the admin who asked: that is who is told of the retrieval.
    const actor = field.requested_by ?? ctx.actor
    if (verdict === 'connected') await requestRetrieval({ ...ctx, actor, db: trx }, place)
    return field
  })
}

/**
 * Takes a field out again, or a request back. Its mapping goes; the values in the register stay.
 * @throws RollcallError `bad_request` while a condition asks about it
 */
export function removeField(
  ctx: Context,
  place: Place,
  { fieldId, team }: { fieldId: string; team: string },
): Promise<FieldOutcome> {
  return changeField(ctx, place, fieldId, async (trx, row) => {
    if (row.state === 'listed') return null
    await takeOutOfSettings({ ...ctx, db: trx }, place, row)
    const field = await updateField(trx, row, {
      state: 'listed',
      ...decidedBy(ctx, team),
      delivered: null,
    })
    await announceField(trx, field)
    return field
  })
}

/** What the HR system has now and nobody asked for, or was declined. */
export const mayBeAsked = ({ gone_at, state }: ConnectionFieldRow): boolean =>
  gone_at === null && (state === 'listed' || state === 'declined')

/** The fields that somebody asked for, in every state. */
export async function listRequestedFields(db: Db, place: Place): Promise<ConnectionFieldRow[]> {
  return (await listConnectionFields(db, place)).filter(({ state }) => state !== 'listed')
}

/**
 * One sentence for each connected field that nobody came with, and where to grant it.
 * @param held fields of which more is said elsewhere
 */
export async function listFieldProblems(
  db: Db,
  place: Place,
  { whereToGrant }: Pick<Provider, 'whereToGrant'>,
  held: readonly CoveredField[] = [],
): Promise<string[]> {
  return (await listRequestedFields(db, place))
    .filter((field) => isNotDelivered(field) && !held.includes(customFieldKey(field.field_id)))
    .map((field) => notDeliveredWords(field.label, whereToGrant(field)))
}

export const isNotDelivered = ({ delivered, gone_at, state }: ConnectionFieldRow): boolean =>
  state === 'connected' && gone_at === null && delivered === false

async function changeField(
  ctx: Context,
  place: Place,
  fieldId: string,
  change: (trx: Transaction<Database>, row: ConnectionFieldRow) => Promise<ConnectionFieldRow | null>,
): Promise<FieldOutcome> {
  const inTransaction = async (trx: Transaction<Database>): Promise<FieldOutcome> => {
    const { status } = await lockConnection(trx, place.companyId, place.connectionId)
    if (status === 'removed') throw new RollcallError('not_found', 'This connection is no longer there.')
    const row = await lockField(trx, place, fieldId)
    if (row === undefined) throw notListed()
    const changed = await change(trx, row)
    return changed === null ? { outcome: 'moved', field: row } : { outcome: 'done', field: changed }
  }
  const answer = ctx.db.isTransaction
    ? await inTransaction(ctx.db as Transaction<Database>)
    : await ctx.db.transaction().execute(inTransaction)
  const { outcome, field } = answer
  ctx.log.info(
    { ...place, fieldId, state: field.state, outcome, actor: ctx.actor },
    'a field was decided about',
  )
  return answer
}

const UNDECIDED = { decided_by: null, decided_in: null, decided_at: null }
const decidedBy = (ctx: Context, team: string) => ({
  decided_by: JSON.stringify(ctx.actor),
  decided_in: team,
  decided_at: ctx.now,
})

/** In the same transaction, so that support hears of it even if this process dies now. */
const announceField = (trx: Transaction<Database>, { company_id, request_id }: ConnectionFieldRow) =>
  enqueue(trx, 'announce', { companyId: company_id, subject: `field:${request_id}` })

const notListed = () =>
  new RollcallError('not_found', 'The HR system does not list this field any more.', {
    remedy: 'Open Requested HR fields again to see those that it lists.',
  })
