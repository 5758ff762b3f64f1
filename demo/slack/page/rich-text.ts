import { html } from 'hono/html'
import type { RichText, RichTextElement, RichTextInline } from '../block-kit/rich-text.ts'
import { findChannel, findUser } from '../workspace.ts'
import { formatDate } from './dates.ts'
import { emoji } from './emoji.ts'
import type { Html, Look } from './html.ts'
import { lines, link, mention } from './mrkdwn.ts'

export const renderRichText = (text: RichText, look: Look): Html =>
  html`${text.elements.map((element) => part(element, look))}`

function part(element: RichTextElement, look: Look): Html {
  switch (element.type) {
    case 'rich_text_section':
      return html`<div>${run(element.elements, look)}</div>`
    case 'rich_text_quote':
      return html`<blockquote>${run(element.elements, look)}</blockquote>`
    case 'rich_text_preformatted':
      return html`<pre><code>${run(element.elements, look)}</code></pre>`
    case 'rich_text_list': {
      const items = element.elements.map((item) => html`<li>${run(item.elements, look)}</li>`)
      return element.style === 'ordered' ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
    }
    default:
      return element satisfies never
  }
}

const run = (elements: readonly RichTextInline[], look: Look): Html =>
  html`${elements.map((element) => styled(element, bare(element, look)))}`

function bare(element: RichTextInline, { ws, viewer }: Look): Html {
  switch (element.type) {
    case 'text':
      return lines(element.text)
    case 'link':
      return link(element.url, element.text ?? element.url)
    case 'user':
      return mention(`@${findUser(ws, element.user_id)?.realName ?? element.user_id}`)
    case 'channel':
      return mention(`#${findChannel(ws, element.channel_id)?.name ?? element.channel_id}`)
    case 'usergroup':
      return mention(`@${element.usergroup_id}`)
    case 'team':
      return mention(`@${element.team_id}`)
    case 'broadcast':
      return mention(`@${element.range}`)
    case 'color':
      return html`<code>${element.value}</code>`
    case 'emoji':
      return html`${emoji(element.name) ?? `:${element.name}:`}`
    case 'date':
      return html`<time>${formatDate(element.timestamp, element.format, { nowMs: ws.now(), tz: viewer.tz })}</time>`
    default:
      return element satisfies never
  }
}

function styled({ style }: RichTextInline, body: Html): Html {
  let out = body
  if (style?.code) out = html`<code>${out}</code>`
  if (style?.bold) out = html`<strong>${out}</strong>`
  if (style?.italic) out = html`<em>${out}</em>`
  if (style?.strike) out = html`<del>${out}</del>`
  if (style?.underline) out = html`<u>${out}</u>`
  return out
}
