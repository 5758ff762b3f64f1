import type { z } from 'zod'
import type { Employee, FieldType, StandardField } from '../model.ts'

/**
 * The contract of a provider: one value in one file under `providers/`, checked with `satisfies Provider`.
 * A provider describes; `client.ts` sends, and `retrieve.ts` drives. Nothing here touches the database.
 *
 * `Row` is one raw record; `Layout` is whatever `pages` must find out about a tenant before its rows can be
 * read (which of its fields is the legal entity, say). What takes either is a method and not a property, so
 * that the registry can hold providers of different rows.
 */
export type Provider<Row = unknown, Layout = unknown> = {
  /** Stable, lower case; part of URLs and of stored rows. */
  id: string
  /** The vendor's own spelling. */
  label: string
  /** Shown in the picker where the facts below were not confirmed on a live tenant. */
  beta: boolean
  /** The vendor's page on its people API. */
  docsUrl: string
  /** Base URL without a trailing slash; the setting `<ID>_API_URL` replaces it. */
  apiUrl: string
  /** Standard fields that the vendor does not have: `unread` of everybody, and nothing that could be granted. */
  lacks?: readonly StandardField[]
  /** The linking window's form is generated from these. */
  credentials: readonly CredentialField[]
  /** Numbered steps shown above that form. `strong` words are menu labels, as the vendor writes them. */
  instructions: readonly Instruction[]
  /** What the vendor allows; `client.ts` keeps to it across all processes. Absent where it allows anything. */
  limits?: readonly RequestLimit[]
  /** Headers that carry the credentials. Sent to `apiUrl`'s host and to no other. */
  authorize: (credentials: Credentials) => Record<string, string>
  /** Where the vendor exchanges the credentials for a token that lasts a while; the client keeps and renews it. */
  sessions?: readonly ProviderSession[]
  /**
   * Where the vendor wants the company in the address and not in a header: put behind `apiUrl`, with a leading
   * slash. Throws `provider_key_refused` rather than let a credential lead to another path.
   */
  tenantPath?: (credentials: Credentials) => string
  /** The cheapest look that fails when the credentials do. Somebody waits for it. Throws what `client.ts` throws. */
  probe: (client: ProviderClient) => Promise<Probe>
  /**
   * The whole company, page by page. Its return value, and nothing else, is the proof that all of it came;
   * whatever it cannot prove it throws as `provider_bad_answer`.
   */
  pages: (client: ProviderClient, request: PageRequest) => AsyncGenerator<Page<Layout>, CompleteRead, void>
  /**
   * A few people by record id, where the vendor can be asked for them: rows and layout as from `pages`, so that the
   * very same employees come of them. Somebody whom the vendor does not know is left out, or the whole is
   * `provider_bad_answer`; neither proves that they left.
   */
  people?: (client: ProviderClient, request: PeopleRequest) => Promise<SomePeople<Layout>>
  /** Tolerant exactly where the vendor is; a row that fails it is kept as unreadable. */
  row: z.ZodType<Row>
  /** A row's record id, read even when the row fails `row`; `null` when there is none. */
  recordIdOf: (raw: unknown) => string | null
  /**
   * Pure. An unknown status becomes `unknown`, never `active`. Text is handed on as it came: trimming, blanks and
   * impossible dates are judged once for all providers, in `core/normalise.ts`. May throw `provider_bad_answer`
   * for this one row, with a message that names the field.
   */
  toEmployee(row: Row, context: RowContext<Layout>): Employee
  /** What to do for a field that is not delivered, a custom one too: a full sentence in the vendor's own words. */
  whereToGrant: (field: StandardField | NamedField) => string
  /** The connection's own fields besides the standard ones, from the vendor's metadata; absent where it has none. */
  catalogue?: (client: ProviderClient) => Promise<readonly CatalogueField[]>
  /** Absent where the vendor sends none. What is delivered is a reason to read, and never data. */
  webhook?: ProviderWebhook
}

export type CredentialField = {
  name: string
  label: string
  hint: string
  /** Never echoed, never kept in the page. */
  secret: boolean
  pattern: RegExp
  /** Said when `pattern` does not match. */
  patternHint: string
}

/**
 * A request counts in every limit whose path it has. Either so many `requests` in any span of `perMs`, or so many
 * `atOnce`; where the vendor publishes no number, a careful one.
 */
export type RequestLimit = {
  /** Names what is counted; another name is another limit. */
  scope: string
  /** Requests whose path begins with this. `/` is all of them. */
  under: string
  /** `sender`: the vendor counts all that we send, for whichever account. */
  countedBy: 'account' | 'sender'
  /** The vendor's page that says so. */
  source: string
} & ({ requests: number; perMs: number } | { atOnce: number })

export type Instruction = { text: string; strong?: readonly string[] }

export type Credentials = Readonly<Record<string, string>>

export type ProviderSession = {
  /** Requests whose path begins with this carry its headers; those that open it are to lie elsewhere. */
  under: string
  /** Neither cached nor retried here. Asks with `body` or `form`: credentials never stand in a path or a query. */
  open: (client: ProviderClient, credentials: Credentials) => Promise<Session>
  /** Headers for the next request, where an answer brings new ones; `null` leaves them as they are. */
  renewedBy?: (answer: Headers) => Record<string, string> | null
}

/** `headers` are sent beside those of `authorize`. */
export type Session = { headers: Record<string, string>; lifetimeMs: number }

/** What a probe saw. `unread`: standard fields the credentials cannot read, as far as a few people show. */
export type Probe = { people: number | null; unread: readonly StandardField[] }

/** `customFields`: ids of the custom fields to read besides the standard ones. */
export type PageRequest = { today: string; customFields: readonly string[] }

/** `recordIds`: at least one and at most 50, each once; letters, digits, `-` and `_`. */
export type PeopleRequest = PageRequest & { recordIds: readonly string[] }
/** In any order. No proof of anything about anybody else, and so of another type than a complete read. */
export type SomePeople<Layout = unknown> = Pick<Page<Layout>, 'rows' | 'context'>

/** One page of raw rows and what is needed to read them. `expected`: people in all, where already known. */
export type Page<Layout = unknown> = {
  rows: readonly unknown[]
  context: RowContext<Layout>
  expected: number | null
}
export type RowContext<Layout = unknown> = { today: string; layout: Layout }

/** Every page arrived. `expected` is how many different people that must have been, where the vendor tells. */
export type CompleteRead = { complete: true; expected: number | null }

/** A custom field of one connection, in the admin's words. */
export type CatalogueField = {
  id: string
  label: string
  type: FieldType
  category: string | null
  /**
   * What can be chosen, in the words that people come with; empty where nothing is chosen, and `null` where the vendor
   * could not be asked: then those of before stay.
   */
  choices: readonly string[] | null
  /** The vendor advises against it: read where it is connected, and offered to nobody. */
  deprecated: boolean
}

/** A custom field as a menu of the vendor shows it. */
export type NamedField = Pick<CatalogueField, 'label' | 'category'>

/** All functions but those of `setUp` are pure. Header names of a `Headers` are matched in any case. */
export type ProviderWebhook = {
  /** By the vendor's own rule, over the bytes as they came, in constant time. An empty secret verifies nothing. */
  verify: (delivery: WebhookDelivery, secret: string, now: Date) => WebhookVerdict
  /** Whom a genuine delivery is about; nobody named means that everybody should be read. */
  recordIds: (body: unknown) => readonly string[]
  /** Whether this is the vendor trying the address out. It may come unsigned: answer it with 200 and do nothing. */
  isSetUpPing?: (body: unknown) => boolean
  /** How the vendor learns our address, and we the secret of its signature. */
  setUp: WebhookSetUp
}

/** By our asking, where the vendor has an API for it; else by an admin's hand, guided by the linking window. */
export type WebhookSetUp =
  | {
      by: 'api'
      /** May follow a try that got half way: whatever the vendor still sends to this address is replaced. */
      register: (client: ProviderClient, url: string) => Promise<RegisteredWebhook>
      unregister: (client: ProviderClient, remoteId: string) => Promise<void>
    }
  | {
      by: 'admin'
      /** Numbered steps below the address. `strong` words are menu labels, as the vendor writes them. */
      instructions: readonly Instruction[]
      /** The field into which the vendor's secret is pasted. */
      secret: Omit<CredentialField, 'name' | 'secret'>
    }

/** `remoteId` is the vendor's own id of it. */
export type RegisteredWebhook = { remoteId: string; secret: string }

export type WebhookDelivery = { headers: Headers; rawBody: Buffer }

/** `stale`: signed, but at another time than now. Only `genuine` may cause anything. */
export type WebhookVerdict = 'genuine' | 'unsigned' | 'forged' | 'stale'

export type ProviderRequest = {
  /** What a DELETE answers is not read: mostly it is nothing, or a sentence. */
  method: 'GET' | 'POST' | 'DELETE'
  /** Joined to the base URL; an absolute URL is refused unless it is on the same host. */
  path: string
  query?: Readonly<Record<string, string>>
  body?: unknown
  /** In place of `body`, for what only takes a form. */
  form?: Readonly<Record<string, string>>
  maxBytes?: number
  timeoutMs?: number
  /** A person looks at a spinner: fewer tries, shorter waits, and no long wait for a turn. */
  someoneWaits?: boolean
}

/** The only way out to an HR system: retries, limits, host pinning, size caps and redaction live behind it. */
export type ProviderClient = {
  json: (request: ProviderRequest) => Promise<ProviderAnswer>
}

export type ProviderAnswer = { body: unknown; headers: Headers }

/** Where a client is to send to. @param url replaces `apiUrl`: a sandbox, a proxy, the rehearsal HRIS */
export function baseUrlOf(provider: Provider, credentials: Credentials, url = provider.apiUrl): string {
  return `${url.replace(/\/+$/, '')}${provider.tenantPath?.(credentials) ?? ''}`
}
