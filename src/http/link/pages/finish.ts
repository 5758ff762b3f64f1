import { html } from 'hono/html'
import { STANDARD_FIELD_KEYS, STANDARD_FIELDS, type StandardField } from '../../../model.ts'
import type { Seen } from '../../../sync/connections.ts'
import type { Probe, Provider } from '../../../sync/provider.ts'
import type { Markup } from '../../page.ts'
import type { FormProblem } from '../credentials-form.ts'
import type { FieldsPart } from '../fields-part.ts'
import { findingsQuery } from '../findings.ts'
import type { WebhookPart } from '../webhook-part.ts'
import { AFTER_FIELDS, fieldsSection } from './custom-fields.ts'
import { type PageSubject, stepPage } from './steps.ts'
import { webhookSection } from './webhook.ts'

/** `seen`: what the credentials can read; `null` when that is not known, then it can be looked up. */
export type FinishState = {
  seen: Seen | null
  fields: FieldsPart
  hasSupport: boolean
  webhook: WebhookPart
  problem: FormProblem | null
}

export function finishPage(
  subject: PageSubject,
  { seen, fields, hasSupport, webhook, problem }: FinishState,
): Markup {
  const { provider, base } = subject
  const query = seen === null ? '' : `?${findingsQuery(seen)}`
  return stepPage(
    4,
    subject,
    `${provider.label} accepted the credentials`,
    html`${problem === null ? '' : problemSummary(problem)}
${seen === null ? '' : whatWorks(provider, seen)}
${seen === null || seen.unread.length === 0 ? '' : whatIsMissing(provider, seen.unread)}
${
  seen?.unread.length === 0 && seen.people !== 0 && fields.kind !== 'not_listed'
    ? ''
    : html`<form class="actions" method="post" action="${base}/check"><button class="button quiet">Check again</button></form>`
}
<form method="post" action="${base}/finish${query}">
${fieldsSection(provider.label, fields, hasSupport)}
<div id="${AFTER_FIELDS}">${webhookSection(provider, webhook, problem)}
<p class="actions"><button class="button" aria-describedby="after">Finish Setup</button></p></div>
</form>
<p class="small" id="after">The first retrieval then starts, and Slack shows how far it is. The register stays as it
is until someone confirms a sync there.</p>`,
    problem === null ? '' : 'Problem: ',
  )
}

function problemSummary({ field, message, remedy }: FormProblem): Markup {
  const words =
    field === null ? html`${message} ${remedy ?? ''}` : html`<a href="#credential-${field}">${message}</a>`
  return html`<div class="problem" role="alert" tabindex="-1" autofocus><p>${words}</p></div>`
}

function whatWorks({ label, lacks = [] }: Provider, { people, unread }: Probe): Markup {
  const readable = STANDARD_FIELD_KEYS.filter((field) => !unread.includes(field) && !lacks.includes(field))
  return html`<h2>What works</h2>
${people === null ? '' : html`<p>${headCount(label, people)}</p>`}
<p>${names(readable)}.</p>`
}

function headCount(label: string, people: number): string {
  if (people === 0) return `${label} shows these credentials nobody yet: give them access to all people.`
  return people === 1 ? 'One person can be read.' : `${people.toLocaleString('en')} people can be read.`
}

/** Fields that the same permission opens share a row. */
function whatIsMissing(provider: Provider, unread: readonly StandardField[]): Markup {
  const byPlace = Map.groupBy(unread, (field) => provider.whereToGrant(field))
  return html`<h2 id="missing">What is missing</h2>
<p>You can finish without it. What cannot be read stays unknown, and nothing in the register is cleared because of it.</p>
<table role="table" aria-labelledby="missing">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Data</th><th role="columnheader" scope="col">Where to turn it on in ${provider.label}</th></tr></thead>
<tbody role="rowgroup">
${[...byPlace].map(
  ([place, fields]) =>
    html`<tr role="row"><th role="rowheader" scope="row">${names(fields)}</th><td role="cell">${place}</td></tr>
`,
)}</tbody>
</table>`
}

/** "Work email, personal email and phone", with a capital at the start only. */
function names(fields: readonly StandardField[]): string {
  const labels = fields.map((field, index) => {
    const { label } = STANDARD_FIELDS[field]
    return index === 0 ? label : label.charAt(0).toLowerCase() + label.slice(1)
  })
  return new Intl.ListFormat('en-GB').format(labels)
}
