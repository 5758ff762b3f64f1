import type { InputBlock } from './block-kit/blocks.ts'
import type { InputElement } from './block-kit/elements.ts'
import type { OpenView, StateValue } from './types.ts'
import { bareValue, isEmpty } from './values.ts'

/** What Slack's own client refuses to submit, by block_id, before the app hears of it. */
export function formErrors(open: OpenView): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const block of open.blocks) {
    if (block.type !== 'input') continue
    const error = inputError(block, open.values[block.block_id]?.[block.element.action_id ?? ''])
    if (error !== null) errors[block.block_id] = error
  }
  return errors
}

function inputError({ element, optional }: InputBlock, value: StateValue | undefined): string | null {
  if (!value || isEmpty(value)) return optional ? null : 'Please complete this required field.'
  const bare = bareValue(value)
  return typeof bare === 'string' ? textError(element, bare) : choiceError(element, bare)
}

function textError(element: InputElement, text: string): string | null {
  switch (element.type) {
    case 'plain_text_input':
      if (text.length < (element.min_length ?? 0)) return `Enter at least ${element.min_length} characters.`
      return text.length > (element.max_length ?? 3000)
        ? `Enter no more than ${element.max_length ?? 3000} characters.`
        : null
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : 'Enter a valid email address.'
    case 'url_text_input':
      return URL.canParse(text) ? null : 'Enter a valid URL.'
    case 'number_input':
      return numberError(element, text)
    default:
      return null
  }
}

function numberError(element: Extract<InputElement, { type: 'number_input' }>, text: string): string | null {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return 'Enter a number.'
  if (!element.is_decimal_allowed && text.includes('.')) return 'Enter a whole number.'
  if (Number(text) < Number(element.min_value ?? text)) return `Enter ${element.min_value} or more.`
  return Number(text) > Number(element.max_value ?? text) ? `Enter ${element.max_value} or less.` : null
}

function choiceError(element: InputElement, chosen: unknown): string | null {
  const max = 'max_selected_items' in element ? element.max_selected_items : undefined
  return max !== undefined && Array.isArray(chosen) && chosen.length > max
    ? `Choose no more than ${max}.`
    : null
}
