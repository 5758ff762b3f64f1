import { html } from 'hono/html'
import { FIELD_TYPE_WORDS } from '../../../model.ts'
import type { Markup } from '../../page.ts'
import { CUSTOM_FIELD, type FieldsPart } from '../fields-part.ts'

const LATER = 'after the first retrieval they can be asked for in Slack, under Requested HR fields.'

/** Where "Skip for now" leads: the rest of the form, which goes without. */
export const AFTER_FIELDS = 'after-fields'

/** Part of the form that finishes the setup: a long list scrolls in a box of its own, so that the button stays near. */
export function fieldsSection(label: string, part: FieldsPart, hasSupport: boolean): Markup {
  return html`<h2 id="fields">Map additional fields</h2>
${part.kind === 'offered' ? choices(label, part, hasSupport) : html`<p>${sentence(label, part.kind)}</p>`}`
}

function sentence(label: string, kind: Exclude<FieldsPart['kind'], 'offered'>): string {
  switch (kind) {
    case 'later':
      return `${label} has no list of its custom fields: ${LATER}`
    case 'not_listed':
      return `${label} did not say just now which custom fields it has: ${LATER}`
    case 'none':
      return `${label} lists no custom field that could be asked for.`
    default:
      return kind satisfies never
  }
}

function choices(
  label: string,
  { fields, ticked }: Extract<FieldsPart, { kind: 'offered' }>,
  hasSupport: boolean,
): Markup {
  const categories = [...Map.groupBy(fields, ({ category }) => category)]
    // What has no category comes last.
    .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : a.localeCompare(b, 'en')))
  const isUnsorted = categories.every(([category]) => category === null)
  return html`<p>Of these custom fields only those that you tick are read. ${
    hasSupport
      ? 'Support connects them, or declines, and Slack tells you.'
      : `They come from ${label} with the first retrieval.`
  } Then they can be conditions, and be mapped to stakeholder fields in Slack.</p>
<p><a class="way" href="#${AFTER_FIELDS}">Skip for now</a></p>
<div class="choices" role="group" aria-labelledby="fields">
${categories.map(
  ([category, inIt], index) =>
    html`<div role="group" aria-labelledby="${isUnsorted ? 'fields' : `category-${index}`}">
${isUnsorted ? '' : html`<p class="hint" id="category-${index}">${category ?? 'Without a category'}</p>`}
${inIt.map(
  ({ field_id, label: name, type }) =>
    html`<div><label class="choice"><input type="checkbox" name="${CUSTOM_FIELD}" value="${field_id}"${
      ticked.has(field_id) ? ' checked' : ''
    }><span>${name} <span class="small">${FIELD_TYPE_WORDS[type]}</span></span></label></div>
`,
)}</div>
`,
)}</div>`
}
