import { html } from 'hono/html'
import type { Element } from '../block-kit/elements.ts'
import type { Confirm, Option } from '../block-kit/objects.ts'
import type { StateValue } from '../types.ts'
import { bareValue, chosenOptions } from '../values.ts'
import { attr, type Html, type Look, nothing } from './html.ts'
import { renderText } from './mrkdwn.ts'
import { combobox, nativeSelect } from './selects.ts'
import { textField } from './text-fields.ts'

/** Where an element stands: whether the app hears of a change, and what names it for a screen reader. */
export type Spot = {
  blockId: string
  dispatch: boolean
  labelledBy: string | null
  describedBy: string | null
}

export const elementId = (look: Look, blockId: string, actionId: string | undefined) =>
  `f-${look.scope}-${blockId}-${actionId ?? ''}`.replace(/[^\w-]/g, '_')

/** What the script and a browser test find an element by. */
export const hooks = (element: Element, { blockId }: Spot): Html =>
  html` data-block-id="${blockId}" data-action-id="${element.action_id ?? ''}" data-type="${element.type}"`

export const fieldHooks = (element: Element, spot: Spot): Html =>
  html` data-field${hooks(element, spot)}${attr('data-dispatch', spot.dispatch)}`

export const names = (spot: Spot, fallback: string): Html =>
  html`${spot.labelledBy ? attr('aria-labelledby', spot.labelledBy) : attr('aria-label', fallback)}${attr('aria-describedby', spot.describedBy)}`

export const confirmHook = (confirm: Confirm | undefined, look: Look): Html =>
  confirm ? html` data-confirm="${String(confirmBody(confirm, look))}"` : nothing

/** Drawn here and carried in an attribute, so that the script never has to know Slack's markup. */
function confirmBody({ title, text, confirm, deny, style }: Confirm, look: Look): Html {
  return html`<h2>${title?.text ?? 'Are you sure?'}</h2>
<p>${renderText(text, look)}</p>
<footer>
  <button type="button" class="btn" data-answer="deny">${deny?.text ?? 'Cancel'}</button>
  <button type="button" class="btn ${style ?? 'primary'}" data-answer="confirm">${confirm?.text ?? 'Yes'}</button>
</footer>`
}

export function renderElement(element: Element, spot: Spot, look: Look): Html {
  const value = look.values[spot.blockId]?.[element.action_id ?? '']
  switch (element.type) {
    case 'button':
      return button(element, spot, look)
    case 'overflow':
      return overflow(element, spot, look)
    case 'checkboxes':
    case 'radio_buttons':
      return choiceList(element, spot, look, value)
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
    case 'rich_text_input':
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return textField(element, spot, look, value ? bareValue(value) : null)
    case 'static_select':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
      return nativeSelect(element, spot, look, value)
    default:
      return combobox(element, spot, look, value)
  }
}

/** A link opens by itself, in a new tab, and tells the app as well: as in Slack. */
function button(element: Extract<Element, { type: 'button' }>, spot: Spot, look: Look): Html {
  const common = html` class="btn ${element.style ?? ''}" data-press${hooks(element, spot)}
    ${attr('data-value', element.value)}${attr('aria-label', element.accessibility_label)}
    ${confirmHook(element.confirm, look)}`
  const words = renderText(element.text, look)
  return element.url && !element.confirm
    ? html`<a href="${element.url}" target="_blank" rel="noopener noreferrer"${common}>${words}<span class="leaves" aria-hidden="true">↗</span></a>`
    : html`<button type="button"${common}>${words}</button>`
}

function overflow(element: Extract<Element, { type: 'overflow' }>, spot: Spot, look: Look): Html {
  const item = (option: (typeof element.options)[number]) =>
    html`<button type="button" role="menuitem" data-press${hooks(element, spot)} data-value="${option.value}"
      ${confirmHook(element.confirm, look)}>${renderText(option.text, look)}</button>`
  return html`<details class="overflow"${hooks(element, spot)}>
    <summary class="btn" role="button" aria-label="More actions">⋯</summary>
    <div role="menu">${element.options.map(item)}</div>
  </details>`
}

type ChoiceList = Extract<Element, { type: 'checkboxes' | 'radio_buttons' }>

function choiceList(element: ChoiceList, spot: Spot, look: Look, value: StateValue | undefined): Html {
  const chosen = new Set((value ? chosenOptions(value) : []).map((it) => it.value))
  const isRadio = element.type === 'radio_buttons'
  const id = elementId(look, spot.blockId, element.action_id)
  const choice = (option: Option) => html`<label class="choice">
    <input type="${isRadio ? 'radio' : 'checkbox'}" name="${id}" value="${option.value}"${attr('checked', chosen.has(option.value))}>
    <span>${renderText(option.text, look)}${option.description ? html`<small>${renderText(option.description, look)}</small>` : nothing}</span>
  </label>`
  return html`<div class="choices" role="${isRadio ? 'radiogroup' : 'group'}" id="${id}"${fieldHooks(element, spot)}
    ${names(spot, isRadio ? 'Choose one' : 'Choose any')}${confirmHook(element.confirm, look)}>
    ${element.options.map(choice)}
  </div>`
}
