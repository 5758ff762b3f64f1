import { html } from 'hono/html'
import { type Markup, page } from '../../page.ts'

/** @param slackUrl opens Slack; `null` where it is not known what would open */
export function donePage(providerLabel: string, slackUrl: string | null): Markup {
  return page(
    `Done · Connect ${providerLabel}`,
    html`<h1>Done. Slack has the rest.</h1>
<p>${providerLabel} is connected and the first retrieval is on its way. Slack shows how far it is, and then what
would change. The register stays as it is until someone confirms a sync there.</p>
${
  slackUrl === null
    ? html`<p>You can close this page and go back to Slack.</p>`
    : html`<p class="actions"><a class="button" href="${slackUrl}">Open Slack</a></p>
<p class="small">Or close this page and go back to Slack yourself.</p>`
}`,
  )
}
