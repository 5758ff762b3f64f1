import { findCached } from '../db/cache.ts'
import { listClaims } from '../db/claims.ts'
import type { Db } from '../db/client.ts'
import {
  findMatchDecision,
  insertFieldDecision,
  insertMatchDecision,
  listDecisionRows,
  reinstateReplaced,
  revokeDecision,
  revokeFieldDecisionOf,
  revokeMatchDecisionOf,
} from '../db/decisions.ts'
import { findIdentifierValue } from '../db/identifier-keys.ts'
import { findBase, findLinks } from '../db/links.ts'
import type { MatchVerdict } from '../db/schema.ts'
import { bumpOtherConnections, bumpSettingsVersion, getSyncSettings, lockSettings } from '../db/settings.ts'
import { findStakeholder } from '../db/stakeholders.ts'
import { RollcallError } from '../errors.ts'
import { type Actor, type FieldValue, personName } from '../model.ts'
import type { Context } from './context.ts'

type Place = { companyId: string; connectionId: string }

/**
 * A person's answer about one record's match, remembered until it is revoked. Nothing is written to the
 * register: the next plan is drawn up by it, and a sync carries it out.
 * @throws RollcallError `bad_request` when `link` or `new_contract` names no stakeholder of this company,
 *   `conflict` when `link` names one who belongs to another record: that is a new contract, or somebody else
 */
export function decideMatch(ctx: Context, place: Place, decision: MatchDecision): Promise<void> {
  return decideMatches(ctx, place, [decision])
}

export type MatchDecision = { recordId: string; verdict: MatchVerdict; stakeholderId: string | null }

/** One answer that concerns several records, as when two people share an email: all of it or nothing. */
export async function decideMatches(
  ctx: Context,
  place: Place,
  decisions: readonly MatchDecision[],
): Promise<void> {
  const rows = await Promise.all(decisions.map((decision) => matchDecisionRow(ctx, place, decision)))
  for (const { verdict, stakeholder_id } of rows)
    if (verdict === 'link' && stakeholder_id !== null)
      await assertUnclaimed(ctx, place, decisions, stakeholder_id)
  await ctx.db.transaction().execute(async (trx) => {
    // First, so that of two people who answer at once the second one waits.
    await lockSettings(trx, place.companyId)
    await bumpSettingsVersion(trx, place.companyId, place.connectionId)
    for (const row of rows) {
      await revokeMatchDecisionOf(trx, place, row.record_id, { by: ctx.actor, at: ctx.now })
      await insertMatchDecision(trx, row)
    }
    await bumpOtherConnections(trx, place.companyId, place.connectionId)
  })
}

/** Two records on one stakeholder would overwrite each other. Records that are decided about here give way. */
async function assertUnclaimed(
  ctx: Context,
  { companyId, connectionId }: Place,
  decisions: readonly MatchDecision[],
  stakeholderId: string,
): Promise<void> {
  const claims = await listClaims(ctx.db, companyId, stakeholderId)
  const decided = new Set(decisions.map(({ recordId }) => recordId))
  if (claims.every((by) => by.connectionId === connectionId && decided.has(by.recordId))) return
  const name = (await findStakeholder(ctx.db, companyId, stakeholderId))?.name
  throw new RollcallError('conflict', `${name} belongs to another HR record already.`, {
    remedy: 'Choose the new contract if both records are the same person, otherwise somebody else.',
  })
}

async function matchDecisionRow(ctx: Context, place: Place, decision: MatchDecision) {
  const name = await nameOf(ctx.db, place, decision.recordId)
  const { identifier } = await getSyncSettings(ctx.db, place.companyId, place.connectionId)
  const needsStakeholder = decision.verdict === 'link' || decision.verdict === 'new_contract'
  const stakeholder =
    decision.stakeholderId === null
      ? undefined
      : await findStakeholder(ctx.db, place.companyId, decision.stakeholderId)
  if (needsStakeholder && !stakeholder)
    throw new RollcallError('bad_request', 'No stakeholder was chosen.', {
      remedy: 'Choose who this HR record belongs to.',
    })
  return {
    company_id: place.companyId,
    connection_id: place.connectionId,
    record_id: decision.recordId,
    verdict: decision.verdict,
    stakeholder_id: needsStakeholder
      ? decision.stakeholderId
      : await keptByLeavingOut(ctx.db, place, decision),
    identifier,
    identifier_value: await findIdentifierValue(ctx.db, place, decision.recordId, identifier),
    name,
    decided_by: JSON.stringify(ctx.actor),
    decided_at: ctx.now,
  }
}

/** Who went on under a new contract and is left out still has the stakeholder: the old contract stays silent. */
async function keptByLeavingOut(db: Db, place: Place, { recordId, verdict }: MatchDecision) {
  if (verdict !== 'ignore') return null
  const before = await findMatchDecision(db, place, recordId)
  if (before?.verdict !== 'new_contract') return null
  const linkedTo = (await findLinks(db, place, [recordId])).get(recordId)
  return linkedTo === before.stakeholder_id ? before.stakeholder_id : null
}

/**
 * Which side stands for one field where both had changed. It holds while HR's value and the base are those of now, and
 * HR's side only while the register's value is.
 */
export async function decideField(
  ctx: Context,
  place: Place,
  decision: {
    recordId: string
    field: string
    verdict: 'hr' | 'register'
    hrValue: FieldValue | null
    registerValue: FieldValue | null
  },
): Promise<void> {
  const name = await nameOf(ctx.db, place, decision.recordId)
  await ctx.db.transaction().execute(async (trx) => {
    // First, as in `decideMatches`.
    await lockSettings(trx, place.companyId)
    await bumpSettingsVersion(trx, place.companyId, place.connectionId)
    await revokeFieldDecisionOf(trx, place, decision, { by: ctx.actor, at: ctx.now })
    const base = await findBase(trx, place, decision.recordId)
    await insertFieldDecision(trx, {
      company_id: place.companyId,
      connection_id: place.connectionId,
      record_id: decision.recordId,
      field: decision.field,
      verdict: decision.verdict,
      hr_value: JSON.stringify(decision.hrValue),
      base: JSON.stringify(base?.[decision.field] ?? null),
      register_value: JSON.stringify(decision.registerValue),
      name,
      decided_by: JSON.stringify(ctx.actor),
      decided_at: ctx.now,
    })
  })
}

/**
 * The next plan asks again where something is open; what a sync wrote stays. Who is no longer left out is matched as
 * before that. @throws RollcallError `not_found` when it is not in force
 */
export async function revoke(ctx: Context, companyId: string, decisionId: string): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    await lockSettings(trx, companyId)
    const revoked = await revokeDecision(trx, companyId, decisionId, { by: ctx.actor, at: ctx.now })
    if (!revoked) throw new RollcallError('not_found', 'This decision was revoked already.')
    if (revoked.match?.verdict === 'ignore') await reinstateReplaced(trx, revoked.match)
    await bumpSettingsVersion(trx, companyId, revoked.connectionId)
    await bumpOtherConnections(trx, companyId, revoked.connectionId)
  })
}

export type DecisionView = {
  decisionId: string
  connectionId: string
  recordId: string
  name: string
  decidedBy: Actor
  decidedAt: Date
} & (
  | { about: 'match'; verdict: MatchVerdict; stakeholderId: string | null }
  | { about: 'field'; verdict: 'hr' | 'register'; field: string; hrValue: FieldValue | null }
)

/** Those in force, newest first. */
export async function listDecisions(db: Db, companyId: string): Promise<DecisionView[]> {
  const { matches, fields } = await listDecisionRows(db, companyId)
  const views: DecisionView[] = [
    ...matches.map((row) => ({
      ...common(row),
      about: 'match' as const,
      verdict: row.verdict,
      stakeholderId: row.stakeholder_id,
    })),
    ...fields.map((row) => ({
      ...common(row),
      about: 'field' as const,
      verdict: row.verdict,
      field: row.field,
      hrValue: row.hr_value,
    })),
  ]
  return views.sort((a, b) => b.decidedAt.getTime() - a.decidedAt.getTime())
}

const common = (row: {
  decision_id: string
  connection_id: string
  record_id: string
  name: string
  decided_by: Actor
  decided_at: Date
}) => ({
  decisionId: row.decision_id,
  connectionId: row.connection_id,
  recordId: row.record_id,
  name: row.name,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
})

async function nameOf(db: Db, place: Place, recordId: string): Promise<string> {
  const person = await findCached(db, place, recordId)
  if (!person)
    throw new RollcallError('not_found', 'This HR record is not in the cache any more.', {
      remedy: 'Open the current plan.',
    })
  return person.employee ? personName(person.employee) : 'Unreadable record'
}
