import type { Insertable, Selectable, Transaction } from 'kysely'
import type { Actor } from '../model.ts'
import type { Db } from './client.ts'
import type { Database, FieldDecisionTable, MatchDecisionTable } from './schema.ts'

export type MatchDecisionRow = Selectable<MatchDecisionTable>
export type FieldDecisionRow = Selectable<FieldDecisionTable>

export function insertMatchDecision(
  trx: Transaction<Database>,
  decision: Insertable<MatchDecisionTable>,
): Promise<MatchDecisionRow> {
  return trx.insertInto('match_decision').values(decision).returningAll().executeTakeFirstOrThrow()
}

export function insertFieldDecision(
  trx: Transaction<Database>,
  decision: Insertable<FieldDecisionTable>,
): Promise<FieldDecisionRow> {
  return trx.insertInto('field_decision').values(decision).returningAll().executeTakeFirstOrThrow()
}

type Place = { companyId: string; connectionId: string }
type Revocation = { by: Actor; at: Date }

export async function revokeMatchDecisionOf(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  recordId: string,
  { by, at }: Revocation,
): Promise<void> {
  await trx
    .updateTable('match_decision')
    .set({ revoked_by: JSON.stringify(by), revoked_at: at })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('record_id', '=', recordId)
    .where('revoked_at', 'is', null)
    .execute()
}

export async function revokeFieldDecisionOf(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  { recordId, field }: { recordId: string; field: string },
  { by, at }: Revocation,
): Promise<void> {
  await trx
    .updateTable('field_decision')
    .set({ revoked_by: JSON.stringify(by), revoked_at: at })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('record_id', '=', recordId)
    .where('field', '=', field)
    .where('revoked_at', 'is', null)
    .execute()
}

/** What stood for a record's match: now, or when a plan was drawn up. */
export function findMatchDecision(
  db: Db,
  { companyId, connectionId }: Place,
  recordId: string,
  at?: Date,
): Promise<MatchDecisionRow | undefined> {
  const query = db
    .selectFrom('match_decision')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('record_id', '=', recordId)
  const inForce =
    at === undefined
      ? query.where('revoked_at', 'is', null)
      : query
          .where('decided_at', '<=', at)
          .where((eb) => eb.or([eb('revoked_at', 'is', null), eb('revoked_at', '>', at)]))
  return inForce.orderBy('decided_at', 'desc').limit(1).executeTakeFirst()
}

/** By its id, whichever kind it is. */
export async function revokeDecision(
  trx: Transaction<Database>,
  companyId: string,
  decisionId: string,
  { by, at }: Revocation,
): Promise<{ connectionId: string } | undefined> {
  for (const table of ['match_decision', 'field_decision'] as const) {
    const revoked = await trx
      .updateTable(table)
      .set({ revoked_by: JSON.stringify(by), revoked_at: at })
      .where('company_id', '=', companyId)
      .where('decision_id', '=', decisionId)
      .where('revoked_at', 'is', null)
      .returning('connection_id')
      .executeTakeFirst()
    if (revoked) return { connectionId: revoked.connection_id }
  }
  return undefined
}

/** Those in force, newest first. */
export async function listDecisionRows(
  db: Db,
  companyId: string,
): Promise<{ matches: MatchDecisionRow[]; fields: FieldDecisionRow[] }> {
  const [matches, fields] = await Promise.all([
    db
      .selectFrom('match_decision')
      .selectAll()
      .where('company_id', '=', companyId)
      .where('revoked_at', 'is', null)
      .orderBy('decided_at', 'desc')
      .execute(),
    db
      .selectFrom('field_decision')
      .selectAll()
      .where('company_id', '=', companyId)
      .where('revoked_at', 'is', null)
      .orderBy('decided_at', 'desc')
      .execute(),
  ])
  return { matches, fields }
}
