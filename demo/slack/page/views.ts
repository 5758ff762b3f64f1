import { html } from 'hono/html'
import type { DeskState, LogEntry } from '../desk.ts'
import type { User } from '../types.ts'
import { topView } from '../views.ts'
import { renderBlocks } from './blocks.ts'
import { attr, type Html, nothing } from './html.ts'

const shownEntries = 200

export function renderHome({ ws }: DeskState, viewer: User): Html {
  const home = ws.homes.get(viewer.id)
  if (!home) {
    return html`<div class="empty">
      <p><strong>Rollcall has shown nothing here yet.</strong></p>
      <p>Opening this tab told the app that ${viewer.realName} is here. What it publishes appears by itself.</p>
    </div>`
  }
  const look = { ws, viewer, values: home.values, scope: home.id }
  return html`<div class="home" data-where="home" data-view-id="${home.id}" data-callback-id="${home.view.callback_id ?? ''}">${renderBlocks(home.blocks, look)}</div>`
}

/** The inside of the modal's dialog; nothing when none is open. */
export function renderModal({ ws }: DeskState, viewer: User): Html {
  const open = topView(ws, viewer.id)
  if (open?.view.type !== 'modal') return nothing
  const { title, submit, close, callback_id } = open.view
  const look = { ws, viewer, values: open.values, scope: open.id }
  const back = open.previousId === null ? 'Close' : 'Back'
  return html`<form class="modal" novalidate aria-labelledby="modal-title"
    data-where="modal" data-view-id="${open.id}" data-callback-id="${callback_id ?? ''}">
    <header>
      <span class="avatar" data-who="rollcall" aria-hidden="true">R</span>
      <h2 id="modal-title" class="modal-title">${title.text}</h2>
      <button type="button" class="cross" data-close aria-label="${back}">×</button>
    </header>
    <div class="modal-body">
      <p class="notice" role="alert" hidden></p>
      ${renderBlocks(open.blocks, look)}
    </div>
    <footer>
      <button type="button" class="btn" data-close>${close?.text ?? (submit ? 'Cancel' : 'Close')}</button>
      ${submit ? html`<button type="submit" class="btn primary">${submit.text}</button>` : nothing}
    </footer>
  </form>`
}

export function renderLog({ log }: DeskState): Html {
  if (log.length === 0) {
    return html`<div class="empty"><p>Nothing has passed between the app and Slack yet.</p></div>`
  }
  const columns = ['Time (UTC)', 'Direction', 'What', 'Result', 'Notes']
  return html`<div class="block table log">
    <table>
      <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${log.slice(-shownEntries).toReversed().map(logRow)}</tbody>
    </table>
  </div>`
}

const logRow = ({ atMs, ok, direction, name, error, messages }: LogEntry): Html =>
  html`<tr${attr('data-failed', !ok)}>
    <td><time>${new Date(atMs).toISOString().slice(11, 23)}</time></td>
    <td>${direction === 'in' ? 'app → Slack' : 'Slack → app'}</td>
    <td><code>${name}</code></td>
    <td>${ok ? 'ok' : error}</td>
    <td>${messages.map((message) => html`<div>${message}</div>`)}</td>
  </tr>`
