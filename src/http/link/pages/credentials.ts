import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import type { FormProblem, TypedValues } from '../credentials-form.ts'
import { fieldInput, instructionList } from './fields.ts'
import { type PageSubject, stepPage } from './steps.ts'

export function credentialsPage(
  subject: PageSubject,
  form: { problems: readonly FormProblem[]; typed: TypedValues } = { problems: [], typed: {} },
): Markup {
  const { provider, base } = subject
  const { problems, typed } = form
  return stepPage(
    3,
    subject,
    `Connect ${provider.label}`,
    html`${problems.length === 0 ? '' : problemSummary(problems)}
<h2>In ${provider.label}</h2>
${instructionList(provider.instructions)}
<p><a class="way" href="${provider.docsUrl}" target="_blank" rel="noopener noreferrer">${provider.label}’s own documentation (opens a new tab)</a></p>
<h2>Then here</h2>
<form method="post" action="${base}/credentials">
${provider.credentials.map((field) => fieldInput(field, problems, { value: typed[field.name] ?? '' }))}
<p class="actions"><button class="button" aria-describedby="tried">Connect</button></p>
<p class="small" id="tried">Rollcall tries the credentials with ${provider.label} right away, which can take up to
half a minute. They are stored encrypted and never shown again.</p>
</form>
<p><a class="way" href="${base}/data">Back</a></p>`,
    problems.length === 0 ? '' : 'Problem: ',
  )
}

/** Focused when the page opens, so that a screen reader starts with the reason and not with the page. */
function problemSummary(problems: readonly FormProblem[]): Markup {
  return html`<div class="problem" role="alert" tabindex="-1" autofocus>
<h2>Not connected yet</h2>
${problems.map(({ field, message, remedy }) =>
  field === null
    ? html`<p>${message} ${remedy ?? ''}</p>\n`
    : html`<p><a href="#credential-${field}">${message}</a></p>\n`,
)}</div>`
}
