import { html } from 'hono/html'
import { type Markup, page } from '../../page.ts'
import { type PageSubject, stepPage } from './steps.ts'

export function whoPage(subject: PageSubject, now: Date): Markup {
  const { session, provider, base } = subject
  const again = session.reconnecting ? 'again ' : ''
  return stepPage(
    1,
    subject,
    `Connect ${provider.label} ${again}to Rollcall for ${session.companyName}`,
    html`<p>Rollcall reads from ${provider.label} who works at ${session.companyName}, so that the stakeholder
register can follow. It never writes to ${provider.label}.</p>
<p>You need to be an admin in ${provider.label}, and about ten minutes.</p>
<form class="actions" method="post" action="${base}/claim">
<button class="button" aria-describedby="binds">I am an admin</button>
</form>
<p class="small" id="binds">From then on this link works in this browser only. It is open for ${timeLeft(session.expiresAt, now)}.</p>
<p><a class="way" href="${base}/send">I am not: send the link to someone who is</a></p>`,
  )
}

export function sendPage({ session, provider, base }: PageSubject, link: string, now: Date): Markup {
  return page(
    `Send the link · Connect ${provider.label}`,
    html`<h1>Send the link to someone who is</h1>
<p>Whoever manages ${provider.label} at ${session.companyName} can take it from here. Copy this link and send it
to them in a private message.</p>
<div class="field">
<label for="link">Link to send</label>
<input id="link" readonly value="${link}">
</div>
<p>It works for ${timeLeft(session.expiresAt, now)}, and for one person: the first to press “I am an admin”.
If it runs out, type <code>/datasync connect</code> in Slack for a new one.</p>
<p><a class="way" href="${base}">Back</a></p>`,
  )
}

function timeLeft(expiresAt: Date, now: Date): string {
  const minutes = Math.max(1, Math.floor((expiresAt.getTime() - now.getTime()) / 60_000))
  return minutes === 1 ? 'another minute' : `another ${minutes} minutes`
}
