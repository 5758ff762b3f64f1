import { html } from 'hono/html'
import type { DeskState } from '../desk.ts'
import { valuesOfMessage } from '../place.ts'
import { botUserId, slackbotId } from '../seed.ts'
import type { Message, User } from '../types.ts'
import { getUser } from '../workspace.ts'
import { renderBlocks } from './blocks.ts'
import { clockTime, formatDate } from './dates.ts'
import { type Html, nothing } from './html.ts'
import { mrkdwn } from './mrkdwn.ts'

export function renderMessages(desk: DeskState, viewer: User, messages: readonly Message[]): Html {
  const now = { nowMs: desk.ws.now(), tz: viewer.tz }
  let lastDay = ''
  return html`${messages.map((message) => {
    const day = formatDate(Number(message.ts), '{date_long_pretty}', now)
    const divider = day === lastDay ? nothing : html`<h2 class="day"><span>${capital(day)}</span></h2>`
    lastDay = day
    return html`${divider}${renderMessage(desk, viewer, message)}`
  })}`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function renderMessage(desk: DeskState, viewer: User, message: Message): Html {
  const { ws } = desk
  const author = getUser(ws, message.user)
  const time = clockTime(Number(message.ts), { nowMs: ws.now(), tz: viewer.tz })
  const look = { ws, viewer, values: valuesOfMessage(desk, viewer.id, message), scope: message.ts }
  const body =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, look)
      : html`<div class="block">${mrkdwn(message.text, look)}</div>`
  const isPrivate = message.visibleTo !== null
  const isEdited = message.editedTs !== null && author.id !== botUserId
  const classes = ['message', isPrivate ? 'ephemeral' : '', message.threadTs === null ? '' : 'reply']
  return html`<article class="${classes.filter(Boolean).join(' ')}" aria-label="${author.realName}, ${time}"
    data-where="message" data-channel="${message.channel}" data-ts="${message.ts}">
    ${avatar(author)}
    <div class="content">
      ${isPrivate ? html`<p class="only-you">Only visible to you</p>` : nothing}
      <p class="byline">
        <strong>${author.realName}</strong>
        ${author.isBot ? html`<span class="badge">APP</span>` : nothing}
        <time>${time}</time>
        ${isEdited ? html`<span class="edited">(edited)</span>` : nothing}
      </p>
      ${body}
    </div>
  </article>`
}

export function avatar(user: User): Html {
  const initials = user.id === botUserId ? 'R' : user.id === slackbotId ? 'S' : user.realName.charAt(0)
  return html`<span class="avatar" data-who="${user.name}" aria-hidden="true">${initials}</span>`
}
