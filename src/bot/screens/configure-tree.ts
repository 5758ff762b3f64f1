import type { Identifier } from '../../model.ts'
import {
  type Condition,
  type ConditionGroup,
  type ConditionTree,
  conditionSchema,
} from '../../sync/core/conditions.ts'
import { checkConditions } from '../../sync/core/conditions-check.ts'
import { displayValue } from '../../sync/core/conditions-describe.ts'
import { type FieldCatalogue, fieldLabel, operatorsFor } from '../../sync/core/conditions-fields.ts'
import type { Draft, DraftGroup, DraftRow, ValueKind } from './configure-draft.view.ts'
import { kindOf } from './configure-kinds.ts'
import { fits } from './configure-room.ts'
import { isToken } from './configure-tokens.ts'

/** Between what the engine stores, a tree of typed conditions, and what a window holds: rows of texts. */

/** The saved conditions as rows; `items: null` where a window cannot hold them. */
export function toDraft(tree: ConditionTree, identifier: Identifier, catalogue: FieldCatalogue): Draft {
  let next = 1
  const items = tree.items.map((item): DraftRow | DraftGroup =>
    'items' in item
      ? { key: next++, match: item.match, items: item.items.map((it) => toRow(it, next++, catalogue)) }
      : toRow(item, next++, catalogue),
  )
  return { match: tree.match, items: fits(items) ? items : null, identifier, next }
}

function toRow(condition: Condition, key: number, catalogue: FieldCatalogue): DraftRow {
  const { field, operator } = condition
  const type = catalogue.get(field)?.type ?? 'text'
  return {
    key,
    field: { value: field, label: fieldLabel(field, catalogue) },
    operator,
    kind: kindOf(operator, type),
    values: operandsOf(condition).map((value) => ({ value, label: displayValue(value, field, type) })),
  }
}

function operandsOf(condition: Condition): string[] {
  if ('values' in condition) return [...condition.values]
  if ('value' in condition) return [String(condition.value)]
  if ('days' in condition) return [String(condition.days)]
  return 'from' in condition ? [condition.from, condition.to] : []
}

export type Problem = { key: number; sentence: string }
export type DraftCheck = { ok: true; tree: ConditionTree } | { ok: false; problems: readonly Problem[] }

/** The tree that the rows stand for, or what is wrong with each row. */
export function toTree(draft: Draft, catalogue: FieldCatalogue): DraftCheck {
  const problems: Problem[] = []
  const conditionAt = (row: DraftRow): Condition[] => {
    const condition = toCondition(row, catalogue)
    if (typeof condition !== 'string') return [condition]
    problems.push({ key: row.key, sentence: condition })
    return []
  }
  const items = (draft.items ?? []).flatMap((item): (Condition | ConditionGroup)[] =>
    'items' in item ? [{ match: item.match, items: item.items.flatMap(conditionAt) }] : conditionAt(item),
  )
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, tree: { version: 1, match: draft.match, items } }
}

/** One row against the fields there are now: the engine's own check, so that Save cannot say anything else. */
function toCondition(row: DraftRow, catalogue: FieldCatalogue): Condition | string {
  if (row.field === null) return 'Choose a field, or remove this condition.'
  const field = row.field.value
  const gone = fieldProblem(field, catalogue)
  if (gone !== undefined) return gone
  if (isChoice(row) && row.values.some(({ value }) => isToken(value))) {
    const otherwise = hasTextParts(field, catalogue) ? ', or compare by “contains” or “starts with”' : ''
    return `A long value that was chosen here could not be found in HR. Take it out and choose again${otherwise}.`
  }
  const parsed = conditionSchema.safeParse({ field, operator: row.operator, ...operands(row) })
  if (!parsed.success) return wordsFor(row, parsed.error.issues[0]?.message)
  return sentenceOf(parsed.data, catalogue) ?? parsed.data
}

const isChoice = ({ kind }: DraftRow): boolean => kind === 'choice' || kind === 'choices'

/** Whether a part of the field's text can be typed, of any length, in place of a value that is picked. */
export const hasTextParts = (field: string, catalogue: FieldCatalogue): boolean =>
  operatorsFor(catalogue.get(field)?.type ?? 'text', field).includes('starts_with')

/** Why a field cannot be asked about; `undefined` for one that is there. */
export const fieldProblem = (field: string, catalogue: FieldCatalogue): string | undefined =>
  catalogue.has(field) ? undefined : sentenceOf({ field, operator: 'is_empty' }, catalogue)

function sentenceOf(condition: Condition, catalogue: FieldCatalogue): string | undefined {
  const check = checkConditions({ version: 1, match: 'all', items: [condition] }, catalogue)
  return check.ok ? undefined : check.problems[0]?.sentence
}

function operands({ kind, values }: DraftRow): object {
  const [first = '', second = ''] = values.map(({ value }) => value)
  switch (kind) {
    case 'none':
      return {}
    case 'choices':
      return { values: [...new Set(values.map(({ value }) => value))] }
    case 'dates':
    case 'numbers':
      return { from: first, to: second }
    case 'days':
      return { days: first === '' ? undefined : Number(first) }
    case 'yesno':
      return { value: first === '' ? undefined : first === 'true' }
    case 'text':
    case 'number':
    case 'date':
    case 'choice':
      return { value: first }
    default:
      return kind satisfies never
  }
}

const MISSING: Record<ValueKind, string> = {
  none: 'Choose a comparison.',
  text: 'Give a value, or choose “is empty”.',
  number: 'Give a plain number, like 1200 or 12.5.',
  numbers: 'Give two plain numbers, like 1200 or 12.5.',
  date: 'Choose a date.',
  dates: 'Choose two dates.',
  days: 'Give a number of days from 1 to 36,500.',
  yesno: 'Choose Yes or No.',
  choice: 'Choose a value.',
  choices: 'Choose at least one value.',
}

/** What is missing in our words; of what was entered, the schema's sentence where it has one for people. */
function wordsFor({ kind, values }: DraftRow, message: string | undefined): string {
  const isMissing = values.every(({ value }) => value === '')
  const said = message?.endsWith('.') && !message.startsWith('Invalid') ? message : undefined
  return isMissing ? MISSING[kind] : (said ?? MISSING[kind])
}
