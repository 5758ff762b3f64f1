import type { ValueElement } from './block-kit/elements.ts'
import type { Option } from './block-kit/objects.ts'
import { optionsOf } from './block-kit/selects.ts'
import type { StateValue } from './types.ts'
import { chosenOptions } from './values.ts'

/** What a person typed or picked: text, option values, ids. Empty or null clears. */
export type RawInput = string | readonly string[] | null

/** Turns what a person entered into the value Slack would report for that element. */
export function readInput(
  element: ValueElement,
  raw: RawInput,
  known: { offered: readonly Option[]; current: StateValue | undefined },
): StateValue {
  const many = raw === null ? [] : typeof raw === 'string' ? [raw].filter(Boolean) : [...raw]
  const one = many[0] ?? null
  const option = (value: string) => {
    const options = [
      ...choices(element),
      ...known.offered,
      ...(known.current ? chosenOptions(known.current) : []),
    ]
    const found = options.find((it) => it.value === value)
    if (found) return found
    throw new Error(
      `${element.action_id}: no option with value ${JSON.stringify(value)}, only ${listed(options)}`,
    )
  }
  switch (element.type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type: element.type, value: one }
    case 'rich_text_input':
      return { type: element.type, rich_text_value: one === null ? null : asRichText(one) }
    case 'datepicker':
      return { type: element.type, selected_date: one }
    case 'timepicker':
      return { type: element.type, selected_time: one }
    case 'datetimepicker':
      return { type: element.type, selected_date_time: one === null ? null : Number(one) }
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type: element.type, selected_option: one === null ? null : option(one) }
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type: element.type, selected_options: many.map(option) }
    case 'users_select':
      return { type: element.type, selected_user: one }
    case 'multi_users_select':
      return { type: element.type, selected_users: many }
    case 'conversations_select':
      return { type: element.type, selected_conversation: one }
    case 'multi_conversations_select':
      return { type: element.type, selected_conversations: many }
    case 'channels_select':
      return { type: element.type, selected_channel: one }
    case 'multi_channels_select':
      return { type: element.type, selected_channels: many }
    default:
      return element satisfies never
  }
}

export const choices = (element: ValueElement): Option[] =>
  'options' in element || 'option_groups' in element ? optionsOf(element) : []

const listed = (options: readonly Option[]) =>
  options.length === 0 ? 'none known (ask for suggestions first)' : options.map((it) => it.value).join(', ')

const asRichText = (text: string) => ({
  type: 'rich_text' as const,
  elements: [{ type: 'rich_text_section' as const, elements: [{ type: 'text' as const, text }] }],
})
