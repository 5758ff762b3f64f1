import { html } from 'hono/html'
import type { Element } from '../block-kit/elements.ts'
import { elementId, fieldHooks, names, type Spot } from './elements.ts'
import { attr, type Html, type Look, nothing } from './html.ts'

export type TextField = Extract<
  Element,
  {
    type:
      | 'plain_text_input'
      | 'email_text_input'
      | 'url_text_input'
      | 'number_input'
      | 'rich_text_input'
      | 'datepicker'
      | 'timepicker'
      | 'datetimepicker'
  }
>

const inputTypes: Record<TextField['type'], string> = {
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  rich_text_input: 'text',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
}

export function textField(element: TextField, spot: Spot, look: Look, value: unknown): Html {
  const placeholder = 'placeholder' in element ? element.placeholder?.text : undefined
  const common = html` id="${elementId(look, spot.blockId, element.action_id)}"
    ${fieldHooks(element, spot)}${names(spot, placeholder ?? 'Text')}${attr('placeholder', placeholder)}
    ${attr('autofocus', element.focus_on_load)}${dispatchOn(element, spot)}`
  if (element.type === 'rich_text_input' || (element.type === 'plain_text_input' && element.multiline)) {
    return html`<textarea rows="4"${common}${limits(element)}>${shown(element, value)}</textarea>`
  }
  return html`<input type="${inputTypes[element.type]}" autocomplete="off"${common}${limits(element)} value="${shown(element, value)}">`
}

/** Slack tells the app on Enter unless the view asks for every character; pickers tell it on change. */
function dispatchOn(element: TextField, { dispatch }: Spot): Html {
  if (!dispatch || !('dispatch_action_config' in element)) return nothing
  const on = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed']
  return html`${attr('data-on-enter', on.includes('on_enter_pressed'))}${attr('data-on-typing', on.includes('on_character_entered'))}`
}

function limits(element: TextField): Html {
  switch (element.type) {
    case 'plain_text_input':
      return attr('maxlength', element.max_length)
    case 'number_input':
      return html`${attr('min', element.min_value)}${attr('max', element.max_value)} step="${element.is_decimal_allowed ? 'any' : '1'}"`
    default:
      return nothing
  }
}

function shown(element: TextField, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (element.type === 'datetimepicker') return new Date(Number(value) * 1000).toISOString().slice(0, 16)
  if (typeof value === 'object') return textsIn(value).join('\n')
  return String(value)
}

/** The desk's rich text field is a plain one: it shows the words and drops the styles. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('text' in value && typeof value.text === 'string') return [value.text]
  return 'elements' in value ? textsIn(value.elements) : []
}
