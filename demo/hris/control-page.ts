import { html, raw } from 'hono/html'
import type { DayChange } from './company.ts'
import type { Sent } from './courier.ts'
import { FAULT_KINDS, type Fault, type FaultKind } from './faults.ts'
import type { Hooks } from './hook-book.ts'
import type { Rehearsal } from './rehearsal.ts'

type State = ReturnType<Rehearsal['state']>

/** What a person types to connect: label to value. `provider` is the id that Rollcall gives the vendor. */
export type Login = { provider: string; vendor: string; values: Readonly<Record<string, string>> }

/** `sent`: what webhooks were told, oldest first. */
export type Connections = { logins: readonly Login[]; hooks: Hooks; sent: readonly Sent[] }

const MOST_CHANGES_SHOWN = 40
const MOST_DELIVERIES_SHOWN = 5

const FAULT_WORDS: Record<FaultKind, string> = {
  unauthorized: 'Refuse the key (401)',
  rate_limited: 'Too many requests (429)',
  unavailable: 'Out of service (503)',
  truncated: 'Break off half way',
  empty: 'Answer with nobody',
  missing_field: 'Leave out the work email',
  hang: 'Never answer',
  shrink: 'Send 40 % of the people',
  slow: 'Wait 2 s before each answer',
  wrong_type: 'Answer with a web page',
  redirect: 'Send to another host',
}

export function controlPage(state: State, { logins, hooks, sent }: Connections) {
  const heads = Object.entries(state.heads).map(([lifecycle, count]) => `${count} ${lifecycle}`)
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Rehearsal HRIS</title>
  <link rel="icon" href="data:,">
  <style>${raw(STYLE)}</style>
</head>
<body>
<main>
  <p class="quiet">A rehearsal. Nobody here is real, and nothing leaves this machine.</p>
  <h1>Rehearsal HRIS</h1>
  <p>Day ${state.day}, ${state.today}. <strong>${state.people}</strong> records: ${heads.join(', ')}.</p>
  <div class="row">${button('/control/advance', 'Advance one day', { days: 1 }, 'main')}
  ${button('/control/advance', 'Advance a week', { days: 7 })}
  ${button('/control/reset', 'Back to day 0')}</div>
  ${state.lastChanges.length === 0 ? '' : changeList(state.lastChanges)}

  <h2>To connect</h2>
  <p>One company, spoken for in the ways of three vendors.</p>
  ${logins.map(loginList)}

  <h2>Make it fail</h2>
  ${activeFaults(state.faults)}
  <div class="row">${FAULT_KINDS.map((kind) => button('/control/faults', FAULT_WORDS[kind], { kind }))}</div>

  <h2>Webhooks</h2>
  ${hookList(hooks)}
  ${deliveryList(sent)}
  ${hooks.hibob ? button('/control/webhooks/hibob/remove', 'Remove the HiBob webhook') : HIBOB_HOOK_FORM}

  <h2>Difficult people</h2>
  <dl>${state.difficult.map(({ name, why }) => html`<dt><bdi>${name}</bdi></dt><dd>${why}</dd>`)}</dl>
</main>
</body>
</html>`
}

function loginList({ vendor, values }: Login) {
  const rows = Object.entries(values).map(
    ([label, value]) => html`<dt>${label}</dt><dd><code>${value}</code></dd>`,
  )
  return html`<h3>${vendor}</h3><dl>${rows}</dl>`
}

function hookList({ hibob, bamboohr, personio }: Hooks) {
  const rows = [
    ...(hibob ? [{ vendor: 'HiBob', url: hibob.url, isOn: true }] : []),
    ...bamboohr.map(({ url }) => ({ vendor: 'BambooHR', url, isOn: true })),
    ...personio.map(({ url, status }) => ({ vendor: 'Personio', url, isOn: status === 'ENABLED' })),
  ].map(({ vendor, url, isOn }) => html`<li>${vendor}${isOn ? '' : ', disabled'}: ${url}</li>`)
  return rows.length === 0 ? html`<p>Nobody asked to be told of changes.</p>` : html`<ul>${rows}</ul>`
}

function deliveryList(sent: readonly Sent[]) {
  if (sent.length === 0) return ''
  const rows = sent
    .slice(-MOST_DELIVERIES_SHOWN)
    .map(
      ({ hook, status }) => html`<li>${hook}: ${status === null ? 'no answer' : `answered ${status}`}</li>`,
    )
  return html`<p>${sent.length} sent, the last of them:</p><ul>${rows}</ul>`
}

const HIBOB_HOOK_FORM = html`<p>BambooHR and Personio are asked over their API. HiBob is told on a page like this:</p>
<form method="post" action="/control/webhooks/hibob">
  <label>Address <input name="url" type="url" required></label>
  <label>Secret <input name="secret" required></label>
  <button>Add the HiBob webhook</button>
</form>`

function activeFaults(faults: readonly Fault[]) {
  if (faults.length === 0) return html`<p>It works as it should.</p>`
  const words = faults.map(({ kind, after, times }) => {
    const limit = times === null ? 'until cleared' : `${times} more`
    return html`<li>${FAULT_WORDS[kind]}, ${limit}${after === 0 ? '' : `, after ${after} more that work`}</li>`
  })
  return html`<ul>${words}</ul><div class="row">${button('/control/faults/clear', 'Clear all', {}, 'main')}</div>`
}

function changeList(changes: readonly DayChange[]) {
  const shown = changes
    .slice(0, MOST_CHANGES_SHOWN)
    .map(
      (change) =>
        html`<li>Day ${change.day}, ${change.kind}: <bdi>${change.name}</bdi>, <bdi>${changeWords(change)}</bdi></li>`,
    )
  const more = changes.length - shown.length
  return html`<h2>What changed</h2><ul>${shown}${more > 0 ? html`<li>and ${more} more</li>` : ''}</ul>`
}

function changeWords({ kind, before, after }: DayChange): string {
  if (kind === 'joiner') return `starts ${after.startDate}`
  const was: Record<string, unknown> = before
  return Object.entries(after)
    .map(([field, value]) => `${field} ${was[field] ?? 'blank'} \u2192 ${value ?? 'blank'}`)
    .join(', ')
}

function button(action: string, label: string, values: Record<string, string | number> = {}, kind = '') {
  const inputs = Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form method="post" action="${action}">${inputs}<button class="${kind}">${label}</button></form>`
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d8de, #3b4048); --quiet: light-dark(#5c6470, #a3abb8);
  --accent: light-dark(#1f5fbf, #8db8ff); --on-accent: light-dark(#fff, #10151d) }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 32px 16px 64px }
h1 { font-size: 24px; margin: 0 0 8px }
h2 { font-size: 16px; margin: 32px 0 8px }
h3 { font-size: 14px; margin: 16px 0 8px }
label { display: block; font-size: 14px; margin-bottom: 8px }
input:not([type=hidden]) { display: block; box-sizing: border-box; width: 100%; min-height: 44px; padding: 0 12px;
  font: inherit; border: 1px solid var(--line); border-radius: 8px; background: none; color: inherit }
p, ul, dl { margin: 0 0 16px }
.quiet, dd, li { color: var(--quiet); font-size: 14px; overflow-wrap: anywhere }
dt { font-weight: 600; overflow-wrap: anywhere }
dd { margin: 0 0 12px }
code { user-select: all; font-size: 14px; overflow-wrap: anywhere }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 16px }
ul { padding-left: 20px }
button { min-height: 44px; padding: 0 16px; font: inherit; font-size: 14px; border: 1px solid var(--line);
  border-radius: 8px; background: none; color: inherit; cursor: pointer }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`
