import { html } from 'hono/html'
import type { CredentialField, Instruction } from '../../../sync/provider.ts'
import type { Markup } from '../../page.ts'
import type { FormProblem, TypedValues } from '../credentials-form.ts'
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
<ol>
${provider.instructions.map((instruction) => html`<li>${emphasised(instruction)}</li>\n`)}</ol>
<p><a class="way" href="${provider.docsUrl}" target="_blank" rel="noopener noreferrer">${provider.label}’s own documentation (opens a new tab)</a></p>
<h2>Then here</h2>
<form method="post" action="${base}/credentials">
${provider.credentials.map((field) => fieldInput(field, typed[field.name] ?? '', problems))}
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

function fieldInput(field: CredentialField, value: string, problems: readonly FormProblem[]): Markup {
  const { name, label, hint, secret } = field
  const problem = problems.find((candidate) => candidate.field === name)
  const id = `credential-${name}`
  const hintId = `${id}-hint`
  const problemId = `${id}-problem`
  return html`<div class="field">
<label for="${id}">${label}</label>
<p class="hint" id="${hintId}">${hint}</p>
${problem === undefined ? '' : html`<p class="hint" id="${problemId}"><strong class="wrong">${problem.message}</strong> ${problem.remedy ?? ''}</p>`}
<input id="${id}" name="${name}" type="${secret ? 'password' : 'text'}" value="${secret ? '' : value}" required
autocomplete="${secret ? 'new-password' : 'off'}" autocapitalize="none" spellcheck="false"
aria-describedby="${problem === undefined ? hintId : `${problemId} ${hintId}`}" aria-invalid="${String(problem !== undefined)}">
</div>
`
}

/** Menu labels stand out, as the vendor writes them. */
function emphasised({ text, strong = [] }: Instruction): Markup[] {
  const pieces: Markup[] = []
  let rest = text
  while (rest !== '') {
    const next = strong
      .map((label) => ({ label, at: rest.indexOf(label) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.label.length - a.label.length)[0]
    if (next === undefined) return [...pieces, html`${rest}`]
    pieces.push(html`${rest.slice(0, next.at)}<strong>${next.label}</strong>`)
    rest = rest.slice(next.at + next.label.length)
  }
  return pieces
}
