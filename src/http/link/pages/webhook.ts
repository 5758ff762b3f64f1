import { html } from 'hono/html'
import type { Provider } from '../../../sync/provider.ts'
import { unreachableSentence } from '../../../sync/webhook-registration.ts'
import type { Markup } from '../../page.ts'
import type { FormProblem } from '../credentials-form.ts'
import { secretField, type WebhookPart } from '../webhook-part.ts'
import { fieldInput, instructionList } from './fields.ts'

const ARRIVE = 'arrive with the daily retrieval, and whenever somebody presses Retrieve Now in Slack.'

/** Part of the form that finishes the setup, so that there is one button to press. */
export function webhookSection(
  { label, webhook }: Provider,
  part: WebhookPart,
  problem: FormProblem | null,
): Markup | '' {
  switch (part.kind) {
    case 'none':
      return ''
    case 'unreachable':
      return html`<h2>Changes during the day</h2>
<p>${label} could tell Rollcall of changes as they happen, but not here: ${unreachableSentence(label, part.publicUrl)}</p>
<p>Until then changes ${ARRIVE}</p>`
    case 'by_itself':
      return html`<h2>Changes during the day</h2>
<p>${label} will be asked to tell Rollcall of changes as they happen. There is nothing to do for it here.</p>`
    case 'by_hand':
      return webhook?.setUp.by === 'admin'
        ? html`<h2>Changes during the day (optional)</h2>
<p>${label} can tell Rollcall of changes as they happen. Without it they ${ARRIVE}</p>
${instructionList(part.instructions)}
<div class="field">
<label for="webhook-url">Address to paste into ${label}</label>
<input id="webhook-url" readonly value="${part.url}">
</div>
${part.hasSecret ? html`<p>A secret is stored. Leave the field empty to keep it.</p>` : ''}
${fieldInput(secretField(webhook.setUp), problem === null ? [] : [problem], { optional: true })}`
        : ''
    default:
      return part satisfies never
  }
}
