import type { ColumnType, Generated, Selectable } from 'kysely'
import type {
  Actor,
  ChangeReason,
  ConflictDetail,
  CoveredField,
  Employee,
  FieldType,
  FieldValue,
  FieldValues,
  Identifier,
  JournalOutcome,
  PlanCounts,
  PlanKind,
  RegisterFields,
  StandardField,
  SyncCounts,
} from '../model.ts'

/**
 * The tables, as TypeScript sees them. Every tenant table's primary key starts with `company_id`.
 * Instants are `Date`; calendar dates are text inside the jsonb columns and never become a `Date`.
 */
type Instant = ColumnType<Date, Date | string, Date | string>
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Json<T> = ColumnType<T, string, string>
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>

export type Database = {
  company: CompanyTable
  slack_installation: SlackInstallationTable
  connection: ConnectionTable
  connection_field: ConnectionFieldTable
  link_session: LinkSessionTable
  retrieval: RetrievalTable
  cached_employee: CachedEmployeeTable
  sync_settings: SyncSettingsTable
  condition_draft: ConditionDraftTable
  kept_ledger: KeptLedgerTable
  stakeholder: StakeholderTable
  link: LinkTable
  match_decision: MatchDecisionTable
  field_decision: FieldDecisionTable
  plan: PlanTable
  plan_change: PlanChangeTable
  sync: SyncTable
  journal: JournalTable
  slack_message: SlackMessageTable
  home_viewer: HomeViewerTable
  webhook: WebhookTable
  webhook_delivery: WebhookDeliveryTable
  rate_limit: RateLimitTable
}

export type CompanyTable = {
  company_id: Generated<string>
  slack_team_id: string
  name: string
  /** Brakes that differ from the default. */
  limits: ColumnType<unknown, string | undefined, string>
  created_at: Generated<Date>
}

/** Multi-workspace installs (OAuth). A single-workspace install has its token in the settings. */
export type SlackInstallationTable = {
  installation_key: string
  sealed: Buffer
  updated_at: Generated<Date>
}

export type ConnectionStatus = 'active' | 'broken' | 'removed'
export type ConnectionTable = {
  company_id: string
  connection_id: Generated<string>
  provider: string
  status: ConnectionStatus
  sealed_credentials: Buffer | null
  /** Why it is broken, in the words shown to people. */
  problem: string | null
  problem_since: NullableInstant
  /** Minutes after midnight UTC at which the daily retrieval of this connection is due. */
  daily_minute: number
  next_retrieval_at: Instant
  /** The complete retrieval that the cache holds. */
  cache_retrieval_id: string | null
  /** Counts the targeted retrievals that changed the cache since then or before. */
  cache_version: Generated<number>
  /** Share of people with a value, by field, as of the last retrieval that raised no alarm about it. */
  coverage: ColumnType<Partial<Record<CoveredField, number>>, string | undefined, string>
  /** Fields that lost most of their values: not written until a person lets them through. */
  held_fields: ColumnType<CoveredField[], CoveredField[] | undefined, CoveredField[]>
  /** Fields that are no longer delivered, and without which a person decided to go on. */
  waived_fields: ColumnType<StandardField[], StandardField[] | undefined, StandardField[]>
  created_by: Json<Actor>
  created_at: Generated<Date>
}

export type FieldState = 'listed' | 'requested' | 'connected' | 'declined'
/** What can be read of a connection besides the standard fields, and what became of asking for it. */
export type ConnectionFieldTable = {
  company_id: string
  connection_id: string
  /** The provider's own id. */
  field_id: string
  /** In the words of whoever runs the HR system. */
  label: string
  type: FieldType
  category: string | null
  listed_at: Instant
  /** No longer in the provider's list since then; kept because somebody had asked for it. */
  gone_at: NullableInstant
  state: Generated<FieldState>
  /** A new one for every time it is asked for, so that an old button decides nothing. */
  request_id: string | null
  requested_by: NullableJson<Actor>
  requested_at: NullableInstant
  /** Who connected, declined or took it out again, in which Slack workspace, and when. */
  decided_by: NullableJson<Actor>
  decided_in: string | null
  decided_at: NullableInstant
  /** Whether anybody came with it in the last complete retrieval that asked for it; `null` before that. */
  delivered: boolean | null
  /** What can be chosen in the HR system; `null` until it said so. */
  choices: NullableJson<string[]>
}

export type LinkSessionTable = {
  company_id: string
  link_session_id: Generated<string>
  /** sha256 of the token in the URL; the token itself is never stored. */
  token_hash: Buffer
  /** sha256 of the cookie of the browser that said "I am an admin"; nobody else may go on. */
  browser_hash: Buffer | null
  provider: string
  slack_user_id: string
  slack_channel_id: string | null
  /** Set once credentials were accepted; also set from the start when reconnecting. */
  connection_id: string | null
  expires_at: Instant
  finished_at: NullableInstant
  created_at: Generated<Date>
}

export type RetrievalStatus = 'queued' | 'running' | 'complete' | 'failed'
export type RetrievalTable = {
  company_id: string
  retrieval_id: Generated<string>
  connection_id: string
  status: RetrievalStatus
  actor: Json<Actor>
  /** Whom it reads, by record id; `null` is everybody. */
  record_ids: ColumnType<string[] | null, string[] | null | undefined, string[] | null>
  people_read: Generated<number>
  people_expected: number | null
  added: Generated<number>
  changed: Generated<number>
  unchanged: Generated<number>
  vanished: Generated<number>
  unreadable: Generated<number>
  repeated: Generated<number>
  /** Standard fields that nobody was delivered with; of a failed retrieval, those that it failed for. */
  unread_fields: Generated<string[]>
  /** Share of people with a value, by field. */
  coverage: ColumnType<Partial<Record<CoveredField, number>>, string | undefined, string>
  error_code: string | null
  error_message: string | null
  error_remedy: string | null
  attempts: Generated<number>
  created_at: Generated<Date>
  started_at: NullableInstant
  finished_at: NullableInstant
}

/** Known, non-empty values only (`packEmployee` drops nulls and `recordId`, `unpackEmployee` puts them back). */
export type CachedEmployeePayload = Partial<Employee>

export type CachedEmployeeTable = {
  company_id: string
  connection_id: string
  record_id: string
  /** sha256 of the employee as they came: who is unchanged is recognised without reading the payload. */
  hash: Buffer
  employee: NullableJson<CachedEmployeePayload>
  problem: string | null
  /** Generated from `employee`, whose texts are trimmed, so that they agree with those of `stakeholder`, which are trimmed there. */
  work_email_key: ColumnType<string | null, never, never>
  employee_number_key: ColumnType<string | null, never, never>
  personal_email_key: ColumnType<string | null, never, never>
  status: ColumnType<string | null, never, never>
  /** Missing from the last complete retrieval since then; never deleted. */
  vanished_at: NullableInstant
}

export type SyncSettingsTable = {
  company_id: string
  connection_id: string
  identifier: Identifier
  conditions: Json<unknown>
  mapping: Json<unknown>
  /** Counts every save; `mapping_version` only those that can change what is written for a person. */
  version: number
  mapping_version: number
  updated_by: Json<Actor>
  updated_at: Generated<Date>
}

/** Conditions that somebody looks at and has not saved; only for who made them, and for a day. */
export type ConditionDraftTable = {
  company_id: string
  draft_id: Generated<string>
  connection_id: string
  conditions: Json<unknown>
  created_by: Json<Actor>
  created_at: Instant
}

/** Whom the cache of one retrieval knows, for the next read. `entries` are of `sync/ledger-entries.ts`. */
export type KeptLedgerTable = {
  company_id: string
  connection_id: string
  part: number
  retrieval_id: string
  cache_version: number
  seed: number
  entries: Buffer
}

/** The register. `fields` holds known values only; the keys beside it are generated from it for matching. */
export type StakeholderTable = {
  company_id: string
  stakeholder_id: Generated<string>
  fields: Json<RegisterFields>
  /** Counts every write, whoever made it. */
  version: Generated<number>
  work_email_key: ColumnType<string | null, never, never>
  employee_number_key: ColumnType<string | null, never, never>
  personal_email_key: ColumnType<string | null, never, never>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export type LinkTable = {
  company_id: string
  connection_id: string
  record_id: string
  stakeholder_id: string
  /** The values we last wrote: the base of the three-way comparison. */
  base: Json<RegisterFields>
  /** `cached_employee.hash` and `stakeholder.version` as of then: equal now means nothing moved. */
  synced_hash: Buffer | null
  synced_version: number | null
  synced_mapping_version: number | null
  sync_id: string | null
  created_at: Generated<Date>
}

/** A link in the journal, by the names of its columns; `\\x` before the hash's hex, as Postgres writes it. */
export type LinkBefore = Pick<
  Selectable<LinkTable>,
  'stakeholder_id' | 'base' | 'synced_version' | 'synced_mapping_version' | 'sync_id'
> & { synced_hash: string | null; created_at: string }

export type MatchVerdict = 'link' | 'create' | 'ignore' | 'new_contract'
/** What a person said about one record's match. Kept when revoked. */
export type MatchDecisionTable = {
  company_id: string
  decision_id: Generated<string>
  connection_id: string
  record_id: string
  verdict: MatchVerdict
  stakeholder_id: string | null
  /** What the record was matched by then, as identifiers are compared. `null`: decided before that was kept. */
  identifier: Identifier | null
  identifier_value: string | null
  name: string
  decided_by: Json<Actor>
  decided_at: Instant
  revoked_by: NullableJson<Actor>
  revoked_at: NullableInstant
}

/** What a person said about one field where HR and register had both changed; for those values and that base only. */
export type FieldDecisionTable = {
  company_id: string
  decision_id: Generated<string>
  connection_id: string
  record_id: string
  field: string
  verdict: 'hr' | 'register'
  hr_value: Json<FieldValue | null>
  /** What we had last written then. `null`: decided before that was kept, and no longer in force. */
  base: NullableJson<FieldValue | null>
  /** What the register had then. `null`: decided before that was kept. */
  register_value: NullableJson<FieldValue | null>
  name: string
  decided_by: Json<Actor>
  decided_at: Instant
  revoked_by: NullableJson<Actor>
  revoked_at: NullableInstant
}

export type PlanStatus = 'open' | 'confirmed' | 'superseded' | 'discarded'
export type PlanTable = {
  company_id: string
  plan_id: Generated<string>
  connection_id: string
  status: PlanStatus
  /** sha256 over the ordered changes: what Confirm carries. */
  hash: Buffer
  /** The cache, conditions, identifier and mapping it was drawn up from. */
  retrieval_id: string
  cache_version: Generated<number>
  settings_version: number
  mapping_version: number
  identifier: Identifier
  counts: Json<PlanCounts>
  held: NullableJson<unknown>
  created_by: Json<Actor>
  created_at: Generated<Date>
  decided_by: NullableJson<Actor>
  decided_at: NullableInstant
}

export type PlanChangeTable = {
  company_id: string
  plan_id: string
  ordinal: number
  kind: PlanKind
  record_id: string
  /** For a create, the id that the new stakeholder will have. */
  stakeholder_id: string | null
  /** The register row's version when the plan was drawn up. */
  stakeholder_version: number | null
  /** Whom the record was linked to when the plan was drawn up. */
  linked_to: string | null
  /** Shown and searched; personal data, never sent to a channel. */
  name: string
  /** Only the fields that change. `null` is "nothing there"; the two have the same keys, but for a create, where `before` is empty. */
  before: Json<FieldValues>
  after: Json<FieldValues>
  /** A closed code and, for people, one sentence. */
  reason: ChangeReason | null
  reason_text: string | null
  /** Both sides of a conflict. */
  detail: NullableJson<ConflictDetail>
  /** For a first match: the values on which HR and register agree from now on. */
  base: NullableJson<RegisterFields>
  /** `null` where something stays undecided, so that the person is looked at again next time. */
  cached_hash: Buffer | null
}

export type SyncStatus = 'queued' | 'applied' | 'failed'
export type SyncTable = {
  company_id: string
  sync_id: Generated<string>
  plan_id: string
  connection_id: string
  kind: 'all' | 'selected' | 'undo'
  status: SyncStatus
  /** The chosen rows of a Sync Selected; `null` is all of them. */
  ordinals: number[] | null
  actor: Json<Actor>
  counts: Json<SyncCounts>
  error_message: string | null
  created_at: Generated<Date>
  applied_at: NullableInstant
  /** The sync that this one reversed. */
  undoes: string | null
  /** What a person let through although a brake held it. */
  knowingly: NullableJson<unknown>
  /** Place in the company's chain of applied syncs, and the digest over its rows and the digest before. */
  position: number | null
  digest: Buffer | null
}

export type JournalTable = {
  company_id: string
  sync_id: string
  ordinal: number
  outcome: JournalOutcome
  reason: string | null
  record_id: string
  stakeholder_id: string | null
  name: string
  before: Json<FieldValues>
  after: Json<FieldValues>
  version_before: number | null
  version_after: number | null
  /** Whom the HR record is linked to is another than before: the link was made, moved or taken away. */
  made_link: Generated<boolean>
  /** The record's link as it stood before the change. `null`: there was none, or the row is older than this column. */
  link_before: NullableJson<LinkBefore>
}

/** Where a living message stands, so that a restarted process edits the same one. */
export type SlackMessageTable = {
  company_id: string
  /** What it is about: `retrieval:<id>`, `sync:<id>`, `plan:<id>`. */
  subject: string
  channel_id: string
  message_ts: string
  created_at: Generated<Date>
}

/** Who has opened the Home tab: only theirs is published again when something changes. */
export type HomeViewerTable = {
  company_id: string
  slack_user_id: string
  opened_at: Generated<Date>
}

/** How a connection is woken. The address holds an unguessable id of which only the hash can be looked up. */
export type WebhookTable = {
  company_id: string
  connection_id: string
  hook_hash: Buffer
  /** The id in the address and the vendor's secret, sealed together. */
  sealed: Buffer
  /** The vendor's id of it, where it was registered by API. */
  remote_id: string | null
  /** Why the vendor could not be asked to send, in the words shown to people. */
  problem: ColumnType<string | null, string | null | undefined, string | null>
  last_delivery_at: NullableInstant
  created_at: Generated<Date>
}

/** A webhook's content is never data, so only a digest is kept. */
export type WebhookDeliveryTable = {
  company_id: string
  connection_id: string
  digest: Buffer
  received_at: Instant
}

/** No tenant's: two companies may read one account. A row that is missing means that nobody asked lately. */
export type RateLimitTable = {
  /** Names an account and one of its vendor's limits, by a keyed hash. */
  bucket: Buffer
  /** When the next request is due if all were evenly spread; further ahead than allowed means that one must wait. */
  next_at: Instant
  /** Requests under way, by a random id, and until when each may be at most. */
  places: Json<Record<string, string>>
}
