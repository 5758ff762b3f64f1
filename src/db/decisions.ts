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
): Promise<{ connectionId: string; match: MatchDecisionRow | null } | undefined> {
  const revoked = { revoked_by: JSON.stringify(by), revoked_at: at }
  const match = await trx
    .updateTable('match_decision')
    .set(revoked)
    .where('company_id', '=', companyId)
    .where('decision_id', '=', decisionId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  if (match) return { connectionId: match.connection_id, match }
  const field = await trx
    .updateTable('field_decision')
    .set(revoked)
    .where('company_id', '=', companyId)
    .where('decision_id', '=', decisionId)
    .where('revoked_at', 'is', null)
    .returning('connection_id')
    .executeTakeFirst()
  return field && { connectionId: field.connection_id, match: null }
}

/** What this decision had taken the place of stands again, as it was made; its own row keeps its end. */
export async function reinstateReplaced(
  trx: Transaction<Database>,
  { company_id, connection_id, record_id, decided_at }: MatchDecisionRow,
): Promise<void> {
  await trx
    .insertInto('match_decision')
    .columns([...KEPT_COLUMNS])
    .expression((eb) =>
      eb
        .selectFrom('match_decision')
        .select([...KEPT_COLUMNS])
        .where('company_id', '=', company_id)
        .where('connection_id', '=', connection_id)
        .where('record_id', '=', record_id)
        .where('revoked_at', '=', decided_at)
        .limit(1),
    )
    .execute()
}

const KEPT_COLUMNS = [
  'company_id', 'connection_id', 'record_id', 'verdict', 'stakeholder_id', 'identifier', 'identifier_value', 'name',
  'decided_by', 'decided_at',
] as const // biome-ignore format: one list reads better than ten lines

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
