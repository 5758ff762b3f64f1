import { html } from 'hono/html'
import type { Element } from '../block-kit/elements.ts'
import type { Option } from '../block-kit/objects.ts'
import { optionsOf } from '../block-kit/selects.ts'
import type { StateValue } from '../types.ts'
import { bareValue, chosenOptions } from '../values.ts'
import { confirmHook, elementId, fieldHooks, names, type Spot } from './elements.ts'
import { withEmoji } from './emoji.ts'
import { attr, type Html, type Look, nothing } from './html.ts'

type NativeSelect = Extract<
  Element,
  { type: 'static_select' | 'users_select' | 'conversations_select' | 'channels_select' }
>
type Combobox = Extract<
  Element,
  {
    type:
      | 'external_select'
      | 'multi_external_select'
      | 'multi_static_select'
      | 'multi_users_select'
      | 'multi_conversations_select'
      | 'multi_channels_select'
  }
>
type Item = { value: string; text: string; note?: string | undefined }

const fromOption = (option: Option): Item => ({
  value: option.value,
  text: withEmoji(option.text.text),
  note: option.description?.text,
})

function itemsFor(element: NativeSelect | Combobox, { ws }: Look): Item[] {
  if (element.type.endsWith('users_select')) {
    return ws.users.filter((user) => !user.isBot).map((user) => ({ value: user.id, text: user.realName }))
  }
  if (element.type.endsWith('channels_select') || element.type.endsWith('conversations_select')) {
    return ws.channels
      .filter((channel) => channel.kind === 'channel')
      .map((channel) => ({ value: channel.id, text: `#${channel.name}` }))
  }
  return 'options' in element || 'option_groups' in element ? optionsOf(element).map(fromOption) : []
}

function chosenItems(value: StateValue | undefined, items: readonly Item[]): Item[] {
  if (!value) return []
  if ('selected_option' in value || 'selected_options' in value) return chosenOptions(value).map(fromOption)
  const bare = bareValue(value)
  const ids = Array.isArray(bare) ? bare.map(String) : typeof bare === 'string' ? [bare] : []
  return ids.map((id) => items.find((item) => item.value === id) ?? { value: id, text: id })
}

export function nativeSelect(
  element: NativeSelect,
  spot: Spot,
  look: Look,
  value: StateValue | undefined,
): Html {
  const items = itemsFor(element, look)
  const chosen = chosenItems(value, items)[0]?.value
  const draw = (item: Item) =>
    html`<option value="${item.value}"${attr('selected', item.value === chosen)}>${item.text}</option>`
  const groups = 'option_groups' in element ? element.option_groups : undefined
  const body = groups
    ? groups.map(
        (it) => html`<optgroup label="${it.label.text}">${it.options.map(fromOption).map(draw)}</optgroup>`,
      )
    : items.map(draw)
  const placeholder = element.placeholder?.text ?? 'Select an option'
  return html`<select id="${elementId(look, spot.blockId, element.action_id)}"
    ${fieldHooks(element, spot)}${names(spot, placeholder)}
    ${attr('autofocus', element.focus_on_load)}${confirmHook(element.confirm, look)}>
    <option value="">${placeholder}</option>${body}
  </select>`
}

/** A text box over a list: for choosing several, and for lists that the app is asked for. */
export function combobox(element: Combobox, spot: Spot, look: Look, value: StateValue | undefined): Html {
  const isExternal = element.type.endsWith('external_select')
  const isMulti = element.type.startsWith('multi_')
  const items = itemsFor(element, look)
  const chosen = chosenItems(value, items)
  const id = elementId(look, spot.blockId, element.action_id)
  const minQuery = 'min_query_length' in element ? (element.min_query_length ?? 3) : 3
  const placeholder = element.placeholder?.text ?? (isMulti ? 'Select options' : 'Select an option')
  const isChosen = (item: Item) => chosen.some((it) => it.value === item.value)
  const chip = (item: Item) => html`<li data-value="${item.value}">
    <span>${item.text}</span><button type="button" data-remove aria-label="Remove ${item.text}">×</button>
  </li>`
  const row = (item: Item) =>
    html`<li role="option" id="${id}-${item.value}" data-value="${item.value}" aria-selected="${String(isChosen(item))}">${item.text}${item.note ? html`<small>${item.note}</small>` : nothing}</li>`
  const single = html`value="${chosen[0]?.text ?? ''}" data-chosen="${chosen[0]?.value ?? ''}"`
  return html`<div class="combo"${fieldHooks(element, spot)}${confirmHook(element.confirm, look)}
    ${attr('data-external', isExternal)}${attr('data-multi', isMulti)}
    ${isExternal ? attr('data-min-query', minQuery) : nothing}
    ${'max_selected_items' in element ? attr('data-max', element.max_selected_items) : nothing}>
    <ul class="chips"${attr('hidden', !isMulti)}>${isMulti ? chosen.map(chip) : nothing}</ul>
    <input type="text" role="combobox" id="${id}" autocomplete="off" spellcheck="false"
      aria-expanded="false" aria-autocomplete="list" aria-controls="${id}-list"${names(spot, placeholder)}
      placeholder="${placeholder}"${attr('autofocus', element.focus_on_load)} ${isMulti ? nothing : single}>
    <ul role="listbox" id="${id}-list" aria-label="${placeholder}"${attr('aria-multiselectable', isMulti)} hidden>${items.map(row)}</ul>
  </div>`
}
