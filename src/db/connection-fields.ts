import { type Selectable, sql, type Transaction, type Updateable } from 'kysely'
import type { FieldType } from '../model.ts'
import type { Db } from './client.ts'
import type { ConnectionFieldTable, Database } from './schema.ts'

type Place = { companyId: string; connectionId: string }

/** Without what can be chosen: for a company's every field that may be a megabyte. */
export type ConnectionFieldRow = Omit<Selectable<ConnectionFieldTable>, 'choices'>

const COLUMNS = [
  'company_id',
  'connection_id',
  'field_id',
  'label',
  'type',
  'category',
  'listed_at',
  'gone_at',
  'state',
  'request_id',
  'requested_by',
  'requested_at',
  'decided_by',
  'decided_in',
  'decided_at',
  'delivered',
] as const satisfies (keyof ConnectionFieldRow)[]

/** By label: all that the HR system has besides the standard fields, and whatever was asked for before. */
export function listConnectionFields(
  db: Db,
  { companyId, connectionId }: Place,
): Promise<ConnectionFieldRow[]> {
  return db
    .selectFrom('connection_field')
    .select(COLUMNS)
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .orderBy(sql`lower(label)`)
    .orderBy('field_id')
    .execute()
}

export function findFieldByRequest(
  db: Db,
  companyId: string,
  requestId: string,
): Promise<ConnectionFieldRow | undefined> {
  return db
    .selectFrom('connection_field')
    .select(COLUMNS)
    .where('company_id', '=', companyId)
    .where('request_id', '=', requestId)
    .executeTakeFirst()
}

/** Lock the connection first: whoever ends a retrieval takes the two in this order. */
export function lockField(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  fieldId: string,
): Promise<ConnectionFieldRow | undefined> {
  return trx
    .selectFrom('connection_field')
    .select(COLUMNS)
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('field_id', '=', fieldId)
    .forUpdate()
    .executeTakeFirst()
}

export function updateField(
  trx: Transaction<Database>,
  { company_id, connection_id, field_id }: ConnectionFieldRow,
  change: Updateable<ConnectionFieldTable>,
): Promise<ConnectionFieldRow> {
  return trx
    .updateTable('connection_field')
    .set(change)
    .where('company_id', '=', company_id)
    .where('connection_id', '=', connection_id)
    .where('field_id', '=', field_id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** In the order of the HR system; none where it has none, or has not said so. */
export async function listChoices(
  db: Db,
  { companyId, connectionId }: Place,
  fieldId: string,
): Promise<readonly string[]> {
  const row = await db
    .selectFrom('connection_field')
    .select('choices')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('field_id', '=', fieldId)
    .executeTakeFirst()
  return row?.choices ?? []
}

export type ListedField = {
  id: string
  label: string
  type: FieldType
  category: string | null
  /** `null`: those of before stay. */
  choices: readonly string[] | null
}

/** New ones are added, known ones keep what became of them. */
export async function upsertListedFields(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  fields: readonly ListedField[],
  now: Date,
): Promise<void> {
  await sql`
    insert into connection_field as known
      (company_id, connection_id, field_id, label, type, category, choices, listed_at)
    select distinct on (id)
      ${companyId}::uuid, ${connectionId}::uuid, id, label, type, category, choices, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(fields)}::jsonb)
      as f (id text, label text, type text, category text, choices jsonb)
    on conflict (company_id, connection_id, field_id) do update
    set label = excluded.label, type = excluded.type, category = excluded.category,
      choices = coalesce(excluded.choices, known.choices), gone_at = null
    where known.gone_at is not null
      or (known.label, known.type, known.category, known.choices) is distinct from
        (excluded.label, excluded.type, excluded.category, coalesce(excluded.choices, known.choices))
  `.execute(trx)
}

/** What is no longer listed and nobody asked for is forgotten. */
export async function deleteUnlistedFields(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  listedIds: readonly string[],
): Promise<void> {
  await trx
    .deleteFrom('connection_field')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'listed')
    .where(isUnlisted(listedIds))
    .execute()
}

/** What is no longer listed and somebody asked for is marked as gone. */
export async function updateUnlistedFields(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  listedIds: readonly string[],
  now: Date,
): Promise<void> {
  await trx
    .updateTable('connection_field')
    .set({ gone_at: now })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('gone_at', 'is', null)
    .where(isUnlisted(listedIds))
    .execute()
}

const isUnlisted = (listedIds: readonly string[]) =>
  sql<boolean>`not field_id = any(${[...listedIds]}::text[])`

/** @param asked ids that a complete retrieval asked for, `delivered` those that anybody came with */
export async function updateDelivered(
  trx: Transaction<Database>,
  { companyId, connectionId }: Place,
  { asked, delivered }: { asked: readonly string[]; delivered: readonly string[] },
): Promise<void> {
  await trx
    .updateTable('connection_field')
    .set({ delivered: sql<boolean>`field_id = any(${[...delivered]}::text[])` })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'connected')
    .where(sql<boolean>`field_id = any(${[...asked]}::text[])`)
    .execute()
}
