import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import { DATA_READ } from '../data-read.ts'
import { type PageSubject, stepPage } from './steps.ts'

/** The roles say again what the elements say: on narrow screens the rows become blocks, which drops it. */
export function dataPage(subject: PageSubject): Markup {
  const { provider, base } = subject
  return stepPage(
    2,
    subject,
    'What will be read',
    html`<p>For everyone in ${provider.label} whom the credentials may see, once a day and when you ask for it:</p>
<table role="table" aria-label="What will be read">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Data</th><th role="columnheader" scope="col">Example</th><th role="columnheader" scope="col">Why</th></tr></thead>
<tbody role="rowgroup">
${DATA_READ.map(
  ({ data, example, why }) =>
    html`<tr role="row"><th role="rowheader" scope="row">${data}</th><td role="cell">${example}</td><td role="cell" class="small">${why}</td></tr>
`,
)}</tbody>
</table>
<p>Rollcall does not ask for pay, bank details, documents or absences, and it never writes to ${provider.label}.
Nothing reaches the register before someone confirms it in Slack.</p>
<p class="actions"><a class="button" href="${base}/credentials">Next</a></p>
<p><a class="way" href="${base}">Back</a></p>`,
  )
}
