import { z } from 'zod'
import { IDENTIFIERS, type Identifier } from '../../model.ts'
import type { FormValues } from './form.view.ts'

/** How the value of a condition is entered; which one an operator takes is for the engine's fields to say. */
export const VALUE_KINDS = [
  'none',
  'text',
  'number',
  'numbers',
  'date',
  'dates',
  'days',
  'yesno',
  'choice',
  'choices',
] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

export const MATCHES = ['all', 'any'] as const
export type Match = (typeof MATCHES)[number]

export type Picked = { value: string; label: string }

/** One condition as far as somebody got with it. `key` stays the same while rows come and go. */
export type DraftRow = {
  key: number
  field: Picked | null
  operator: string | null
  kind: ValueKind
  values: readonly Picked[]
}
export type DraftGroup = { key: number; match: Match; items: readonly DraftRow[] }
export type Draft = {
  match: Match
  /** `null`: the saved conditions do not fit into a window; they are kept as they are. */
  items: readonly (DraftRow | DraftGroup)[] | null
  identifier: Identifier
  /** The key that the next row gets. */
  next: number
}

export const MATCH = 'configure.match'
export const FIELD = 'configure.field'
export const OPERATOR = 'configure.operator'
export const VALUE = 'configure.value'
export const CHOICE = 'configure.choice'
export const IDENTIFIER = 'configure.identifier'

/**
 * What a block asks about is part of its id. So Slack keeps what was entered while other rows come and go, and
 * forgets a value when its field changed.
 */
export const blockId = {
  match: 'match',
  identifier: 'identifier',
  group: (key: number) => `g${key}`,
  row: (key: number, field: string) => `c${key}:${field}`,
  value: (key: number, kind: ValueKind, at: number, field: string) => `v${key}:${kind}:${at}:${field}`,
}

/** The field that a select of values belongs to. */
export const fieldOfValueBlock = (id: string): string | null => /^v\d+:[a-z]+:\d:(.*)$/s.exec(id)?.[1] ?? null

const item = z.union([z.int(), z.tuple([z.int(), z.array(z.int())])])
const configureMetadata = z.object({
  connectionId: z.guid(),
  /** Which settings the window was opened on. */
  seen: z.string(),
  next: z.int(),
  items: z.array(item).nullable(),
})

export const metadataOfDraft = (place: { connectionId: string; seen: string }, { items, next }: Draft) => ({
  ...place,
  next,
  items:
    items?.map((it) => ('items' in it ? ([it.key, it.items.map(({ key }) => key)] as const) : it.key)) ??
    null,
})

/** The window as it stands: which rows there are is remembered, what is in them was entered. */
export function parseConfigure(metadata: string, values: FormValues) {
  const { connectionId, seen, next, items } = configureMetadata.parse(JSON.parse(metadata))
  const draft: Draft = {
    match: matchIn(values, blockId.match),
    items:
      items?.map((it) =>
        typeof it === 'number'
          ? parseRow(it, values)
          : {
              key: it[0],
              match: matchIn(values, blockId.group(it[0])),
              items: it[1].map((key) => parseRow(key, values)),
            },
      ) ?? null,
    identifier: z
      .enum(IDENTIFIERS)
      .parse(values[blockId.identifier]?.[IDENTIFIER]?.selected_option?.value ?? 'workEmail'),
    next,
  }
  return { connectionId, seen, draft }
}

const matchIn = (values: FormValues, block: string): Match =>
  z.enum(MATCHES).catch('all').parse(values[block]?.[MATCH]?.selected_option?.value)

/** A row whose field was just changed starts anew: the old field's operator and value mean nothing to it. */
function parseRow(key: number, values: FormValues): DraftRow {
  const [id, row] = Object.entries(values).find(([block]) => block.startsWith(`c${key}:`)) ?? ['', {}]
  const field = pickedOf(row[FIELD]?.selected_option)
  const fresh: DraftRow = { key, field, operator: null, kind: 'none', values: [] }
  if (field === null || id !== blockId.row(key, field.value)) return fresh
  return {
    ...fresh,
    operator: row[OPERATOR]?.selected_option?.value ?? null,
    ...enteredIn(key, values),
  }
}

function enteredIn(key: number, values: FormValues): Pick<DraftRow, 'kind' | 'values'> {
  const blocks = Object.entries(values)
    .filter(([id]) => id.startsWith(`v${key}:`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const [, kind] = blocks[0]?.[0].split(':') ?? []
  return {
    kind: z.enum(VALUE_KINDS).catch('none').parse(kind),
    values: blocks.flatMap(([, block]) => Object.values(block).flatMap(enteredValues)),
  }
}

type Entered = FormValues[string][string]

function enteredValues(entered: Entered): Picked[] {
  const { value, selected_date: date, selected_option: one, selected_options: many } = entered
  if (many !== undefined) return many.flatMap((it) => pickedOf(it) ?? [])
  const picked = pickedOf(one)
  if (picked !== null) return [picked]
  const typed = date ?? value ?? ''
  return [{ value: typed, label: typed }]
}

export const pickedValue = (entered: Entered | undefined): string | null =>
  entered?.selected_option?.value ?? null

const pickedOf = (option: Entered['selected_option']): Picked | null =>
  option ? { value: option.value, label: option.text?.text ?? option.value } : null
