import { html } from 'hono/html'
import type { CredentialField, Instruction } from '../../../sync/provider.ts'
import type { Markup } from '../../page.ts'
import type { FormProblem } from '../credentials-form.ts'

export function fieldInput(
  field: CredentialField,
  problems: readonly FormProblem[],
  { value = '', optional = false }: { value?: string; optional?: boolean } = {},
): Markup {
  const { name, label, hint, secret } = field
  const problem = problems.find((candidate) => candidate.field === name)
  const id = `credential-${name}`
  const hintId = `${id}-hint`
  const problemId = `${id}-problem`
  return html`<div class="field">
<label for="${id}">${label}</label>
<p class="hint" id="${hintId}">${hint}</p>
${problem === undefined ? '' : html`<p class="hint" id="${problemId}"><strong class="wrong">${problem.message}</strong> ${problem.remedy ?? ''}</p>`}
<input id="${id}" name="${name}" type="${secret ? 'password' : 'text'}" value="${secret ? '' : value}"${optional ? '' : ' required'}
autocomplete="${secret ? 'new-password' : 'off'}" autocapitalize="none" spellcheck="false"
aria-describedby="${problem === undefined ? hintId : `${problemId} ${hintId}`}" aria-invalid="${String(problem !== undefined)}">
</div>
`
}

export function instructionList(instructions: readonly Instruction[]): Markup {
  return html`<ol>
${instructions.map((instruction) => html`<li>${emphasised(instruction)}</li>\n`)}</ol>`
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
