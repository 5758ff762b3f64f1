import type { ActionsBlock, InputBlock, KnownBlock } from '@slack/types'
import { button, option, plain, section } from '../blocks.ts'
import {
  blockId,
  CHOICE,
  FIELD,
  OPERATOR,
  type Picked,
  VALUE,
  type ValueKind,
} from './configure-draft.view.ts'
import type { FieldErrors, FormValues } from './form.view.ts'

export const REMOVE = 'configure.remove'

/** One condition as it is shown. Values of options are short enough for Slack here. */
export type RowState = {
  key: number
  /** "2", or "3.1" within a group. */
  number: string
  field: Picked | null
  /** What the field can be compared by; empty for a field that is not there (any more). */
  operators: readonly Picked[]
  operator: string | null
  kind: ValueKind
  values: readonly Picked[]
  /** How many values may be picked. */
  maxValues: number
  /** Why it cannot be used, where it was saved and its field has gone since. */
  broken: string | null
}

/** The number and Remove, then field and comparison, the value below; without a usable field, that is asked first. */
export function rowBlocks(row: RowState): KnownBlock[] {
  const rest =
    row.operator === null ? [fieldFirst(row)] : [comparison(row, row.operator), ...valueBlocks(row)]
  return [section(`*${row.number}.*`, { blockId: `r${row.key}`, accessory: remove(row) }), ...rest]
}

const fieldSelect = ({ field }: RowState) => ({
  type: 'external_select' as const,
  action_id: FIELD,
  placeholder: plain('Field'),
  min_query_length: 0,
  ...(field === null ? {} : { initial_option: option(field.value, field.label) }),
})

const remove = ({ key, number }: RowState) =>
  button(REMOVE, 'Remove', { value: String(key), says: `Remove condition ${number}` })

const fieldFirst = (row: RowState): InputBlock => ({
  type: 'input',
  block_id: blockId.row(row.key, row.field?.value ?? ''),
  label: plain('Field'),
  dispatch_action: true,
  element: fieldSelect(row),
  ...(row.broken === null ? {} : { hint: plain(row.broken, 2000) }),
})

function comparison(row: RowState, operator: string): ActionsBlock {
  const options = row.operators.map(({ value, label }) => option(value, label))
  const chosen = options.find(({ value }) => value === operator)
  return {
    type: 'actions',
    block_id: blockId.row(row.key, row.field?.value ?? ''),
    elements: [
      fieldSelect(row),
      {
        type: 'static_select',
        action_id: OPERATOR,
        options,
        ...(chosen ? { initial_option: chosen } : {}),
      },
    ],
  }
}

const LABELS: Record<ValueKind, readonly string[]> = {
  none: [],
  text: ['Value'],
  number: ['Number'],
  numbers: ['From', 'To'],
  date: ['Date'],
  dates: ['From', 'To'],
  days: ['Days'],
  yesno: ['Yes or No'],
  choice: ['Value'],
  choices: ['Values'],
}

const valueBlocks = (row: RowState): InputBlock[] =>
  LABELS[row.kind].map((label, at) => ({
    type: 'input',
    block_id: blockId.value(row.key, row.kind, at, row.field?.value ?? ''),
    label: plain(label),
    dispatch_action: true,
    element: valueElement(row, at),
  }))

const onEnter = { dispatch_action_config: { trigger_actions_on: ['on_enter_pressed' as const] } }
const YES_NO = [option('true', 'Yes'), option('false', 'No')]

function valueElement(row: RowState, at: number): InputBlock['element'] {
  const { kind, maxValues, values } = row
  const value = values[at]?.value ?? ''
  switch (kind) {
    case 'number':
    case 'numbers':
      return {
        type: 'number_input',
        action_id: VALUE,
        is_decimal_allowed: true,
        ...onEnter,
        ...digits(value),
      }
    case 'days':
      return {
        type: 'number_input',
        action_id: VALUE,
        is_decimal_allowed: false,
        min_value: '1',
        max_value: '36500',
        ...onEnter,
        // Slack refuses the whole window for a number outside of these.
        ...(/^[1-9]\d*$/.test(value) && Number(value) <= 36_500 ? { initial_value: value } : {}),
      }
    case 'date':
    case 'dates':
      return {
        type: 'datepicker',
        action_id: VALUE,
        ...(/^\d{4}-\d{2}-\d{2}$/.test(value) ? { initial_date: value } : {}),
      }
    case 'yesno': {
      const chosen = YES_NO.find((it) => it.value === value)
      return {
        type: 'static_select',
        action_id: VALUE,
        options: YES_NO,
        ...(chosen ? { initial_option: chosen } : {}),
      }
    }
    case 'choice': {
      const [one] = optionsOf(values)
      return { ...choose, type: 'external_select', ...(one ? { initial_option: one } : {}) }
    }
    case 'choices': {
      const many = optionsOf(values)
      return {
        ...choose,
        type: 'multi_external_select',
        max_selected_items: maxValues,
        ...(many.length > 0 ? { initial_options: many } : {}),
      }
    }
    case 'none':
    case 'text':
      return {
        type: 'plain_text_input',
        action_id: VALUE,
        max_length: 500,
        ...onEnter,
        ...(value === '' ? {} : { initial_value: value }),
      }
    default:
      return kind satisfies never
  }
}

const choose = { action_id: CHOICE, placeholder: plain('Choose or type'), min_query_length: 0 }

const optionsOf = (values: readonly Picked[]) =>
  values.filter(({ value }) => value !== '').map(({ value, label }) => option(value, label))

/** Slack takes no other spelling of a number as the one to begin with. */
function digits(value: string): { initial_value?: string } {
  const plainNumber = value.replace(/^\+/, '')
  return /^-?\d+(\.\d+)?$/.test(plainNumber) ? { initial_value: plainNumber } : {}
}

/**
 * Each problem at the field of its row, as far as the window that was sent has one.
 * @returns null when a problem belongs to a row that has no input to show it at
 */
export function errorsAt(
  problems: readonly { key: number; sentence: string }[],
  values: FormValues,
): FieldErrors | null {
  const errors: FieldErrors = {}
  for (const { key, sentence } of problems) {
    const [at] = Object.entries(values).find(([id]) => id.startsWith(`v${key}:`)) ??
      Object.entries(values).find(([id, it]) => id.startsWith(`c${key}:`) && !(OPERATOR in it)) ?? [null]
    if (at === null) return null
    errors[at] = sentence
  }
  return errors
}
