import type { Block } from './block-kit/blocks.ts'
import type { Element, ValueElement } from './block-kit/elements.ts'
import { type Option, sameOption } from './block-kit/objects.ts'
import { optionsOf } from './block-kit/selects.ts'
import { elementsOf } from './block-kit/walk.ts'
import type { FormValues, StateValue } from './types.ts'

export const hasValue = (element: Element): element is ValueElement =>
  element.type !== 'button' && element.type !== 'overflow'

/** What Slack reports for an element nobody has touched yet. */
export function initialValue(element: ValueElement): StateValue {
  switch (element.type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type: element.type, value: element.initial_value || null }
    case 'rich_text_input':
      return { type: element.type, rich_text_value: element.initial_value ?? null }
    case 'datepicker':
      return { type: element.type, selected_date: element.initial_date ?? null }
    case 'timepicker':
      return { type: element.type, selected_time: element.initial_time ?? null }
    case 'datetimepicker':
      return { type: element.type, selected_date_time: element.initial_date_time ?? null }
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type: element.type, selected_option: element.initial_option ?? null }
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type: element.type, selected_options: element.initial_options ?? [] }
    case 'users_select':
      return { type: element.type, selected_user: element.initial_user ?? null }
    case 'multi_users_select':
      return { type: element.type, selected_users: element.initial_users ?? [] }
    case 'conversations_select':
      return { type: element.type, selected_conversation: element.initial_conversation ?? null }
    case 'multi_conversations_select':
      return { type: element.type, selected_conversations: element.initial_conversations ?? [] }
    case 'channels_select':
      return { type: element.type, selected_channel: element.initial_channel ?? null }
    case 'multi_channels_select':
      return { type: element.type, selected_channels: element.initial_channels ?? [] }
    default:
      return element satisfies never
  }
}

/**
 * The values of a form, keeping from `before` what still has a place: Slack holds on to what a person
 * entered as long as block_id, action_id and the kind of element stay the same across an update.
 */
export function formValues(blocks: readonly Block[], before: FormValues = {}): FormValues {
  const values: FormValues = {}
  for (const block of blocks) {
    for (const { element } of elementsOf(block)) {
      if (!hasValue(element) || element.action_id === undefined) continue
      const kept = before[block.block_id]?.[element.action_id]
      values[block.block_id] = {
        ...values[block.block_id],
        [element.action_id]: kept && stillFits(element, kept) ? kept : initialValue(element),
      }
    }
  }
  return values
}

function stillFits(element: ValueElement, value: StateValue) {
  if (element.type !== value.type) return false
  if (!('options' in element || 'option_groups' in element)) return true
  const offered = optionsOf(element)
  return chosenOptions(value).every((option) => offered.some((it) => sameOption(it, option)))
}

export function chosenOptions(value: StateValue): Option[] {
  if ('selected_options' in value) return value.selected_options
  if ('selected_option' in value) return value.selected_option ? [value.selected_option] : []
  return []
}

/** The value without its type: the one property every StateValue has besides. */
export function bareValue(value: StateValue): unknown {
  const { type: _, ...rest } = value
  return Object.values(rest)[0]
}

export function isEmpty(value: StateValue): boolean {
  const bare = bareValue(value)
  return bare === null || (Array.isArray(bare) && bare.length === 0)
}
