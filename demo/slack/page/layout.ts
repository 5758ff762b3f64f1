import { html, raw } from 'hono/html'
import type { DeskState } from '../desk.ts'
import { team } from '../seed.ts'
import type { Channel, User } from '../types.ts'
import { attr, type Html, nothing } from './html.ts'
import { avatar } from './message.ts'

export type PagePlace = { kind: 'home' } | { kind: 'log' } | { kind: 'conversation'; channel: Channel }

const pathOf = (place: PagePlace) => {
  if (place.kind !== 'conversation') return place.kind
  return place.channel.kind === 'im' ? 'dm' : `channel/${place.channel.id}`
}

function titleOf(place: PagePlace) {
  if (place.kind === 'log') return 'Rehearsal log'
  if (place.kind === 'home' || place.channel.kind === 'im') return 'Rollcall'
  return `# ${place.channel.name}`
}

/** Later sheets may override earlier ones. */
export const sheets = [
  'base',
  'shell',
  'messages',
  'blocks',
  'text',
  'buttons',
  'fields',
  'dialogs',
  'narrow',
]

export function page(
  desk: DeskState,
  viewer: User,
  place: PagePlace,
  parts: { pane: Html; modal: Html },
): Html {
  const isApp = place.kind === 'home' || (place.kind === 'conversation' && place.channel.kind === 'im')
  return html`${head(`${titleOf(place)} · ${team.name}`, html`<script type="module" src="/page/desk.js"></script>`)}
<body data-user="${viewer.id}" data-path="${pathOf(place)}"${place.kind === 'conversation' ? attr('data-channel', place.channel.id) : nothing}>
${strip}
<div class="app">
${sidebar(desk, viewer, place)}
<main>
  <header class="bar">
    <button type="button" class="menu" aria-expanded="false" aria-controls="side">☰<span class="hidden"> Menu</span></button>
    <h1>${titleOf(place)}</h1>
    ${isApp ? appTabs(viewer, place) : nothing}
  </header>
  <div id="pane" data-kind="${place.kind}" tabindex="-1">${parts.pane}</div>
  <p id="toast" class="toast notice" role="alert" hidden></p>
  ${place.kind === 'conversation' ? composer(desk, place.channel) : nothing}
</main>
</div>
<dialog id="modal" class="modals" aria-labelledby="modal-title">${parts.modal}</dialog>
<dialog id="confirm" class="confirm" aria-label="Please confirm"></dialog>
</body></html>`
}

export const head = (
  title: string,
  more: Html = nothing,
): Html => html`${raw('<!doctype html>')}<html lang="en"><head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Slack rehearsal</title>
<link rel="icon" href="data:,">
${sheets.map((name) => html`<link rel="stylesheet" href="/page/${name}.css">`)}
${more}
</head>`

/** On every page: nobody should take this for the real Slack. */
export const strip: Html = html`<p class="strip" role="note">
  <strong>Rehearsal.</strong> This stands in for Slack. Nothing leaves this machine.
  <span class="lost" hidden>The desk is not answering.</span>
</p>`

function sidebar(desk: DeskState, viewer: User, place: PagePlace): Html {
  const here = pathOf(place)
  const to = (path: string, label: Html | string) =>
    html`<li><a href="/as/${viewer.id}/${path}"${attr('aria-current', path === here ? 'page' : null)}>${label}</a></li>`
  const people = desk.ws.users.filter((user) => !user.isBot)
  const channels = desk.ws.channels.filter((channel) => channel.kind === 'channel')
  const person = (user: User) =>
    html`<li><a href="/as/${user.id}/${here}"${attr('aria-current', user.id === viewer.id ? 'true' : null)}>
      ${avatar(user)}
      <span>${user.realName}<small>${user.isAdmin ? 'Workspace admin' : 'Employee'}</small></span>
    </a></li>`
  return html`<nav id="side" class="side" aria-label="Workspace">
<p class="team">${team.name}</p>
<h2>You are</h2>
<ul class="people">${people.map(person)}</ul>
<h2>Channels</h2>
<ul>${channels.map((it) => to(`channel/${it.id}`, html`<span aria-hidden="true"># </span>${it.name}`))}</ul>
<h2>Apps</h2>
<ul>${to('home', 'Rollcall · Home')}${to('dm', 'Rollcall · Messages')}</ul>
<h2>Behind the scenes</h2>
<ul>${to('log', 'Rehearsal log')}</ul>
</nav>`
}

function appTabs(viewer: User, place: PagePlace): Html {
  const tab = (path: string, label: string, current: boolean) =>
    html`<a class="tab" href="/as/${viewer.id}/${path}"${attr('aria-current', current ? 'page' : null)}>${label}</a>`
  return html`<nav class="tabs" aria-label="Rollcall">${tab('home', 'Home', place.kind === 'home')}${tab('dm', 'Messages', place.kind !== 'home')}</nav>`
}

function composer({ manifest }: DeskState, channel: Channel): Html {
  const name = channel.kind === 'im' ? 'Rollcall' : `#${channel.name}`
  const commands = (manifest?.commands ?? []).map(
    (it) => html`<li role="option" id="cmd-${it.command.slice(1)}" data-command="${it.command}">
      <strong>${it.command}</strong> <span>${it.usageHint}</span><small>${it.description}</small>
    </li>`,
  )
  return html`<form class="composer" autocomplete="off">
    <ul id="commands" class="commands" role="listbox" aria-label="Commands" hidden>${commands}</ul>
    <input type="text" name="text" role="combobox" maxlength="4000"
      aria-label="Message ${name}" placeholder="Message ${name}, or type / for commands"
      aria-expanded="false" aria-controls="commands" aria-autocomplete="list">
    <button type="submit" class="btn primary">Send</button>
  </form>`
}
