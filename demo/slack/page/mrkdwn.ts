import { html } from 'hono/html'
import type { AnyText } from '../block-kit/objects.ts'
import { findChannel, findUser } from '../workspace.ts'
import { formatDate } from './dates.ts'
import { emoji, withEmoji } from './emoji.ts'
import type { Html, Look } from './html.ts'

/** Slack escapes three characters and no more. */
const decode = (text: string) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')

const safeUrl = /^(https?:\/\/|mailto:|tel:|slack:\/\/)/i

export function renderText(text: AnyText, look: Look): Html {
  if (text.type === 'mrkdwn') return mrkdwn(text.text, look)
  return lines((text.emoji ?? true) ? withEmoji(text.text) : text.text)
}

/** Slack's own markup, drawn as Slack draws it. Whatever is not markup is shown as it is written. */
export function mrkdwn(text: string, look: Look): Html {
  const parts = text.split(/```\n?([\s\S]*?)\n?```/)
  return html`${parts.map((part, index) =>
    index % 2 === 1 ? html`<pre><code>${decode(part)}</code></pre>` : quoted(part, look),
  )}`
}

function quoted(text: string, look: Look): Html {
  const runs: { quote: boolean; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    const match = /^(?:&gt;|>) ?(.*)$/.exec(line)
    const quote = match !== null
    const last = runs.at(-1)
    if (last?.quote === quote) last.lines.push(match?.[1] ?? line)
    else runs.push({ quote, lines: [match?.[1] ?? line] })
  }
  return html`${runs.map((run) => {
    const body = inline(run.lines.join('\n'), look)
    return run.quote ? html`<blockquote>${body}</blockquote>` : body
  })}`
}

const span = (mark: string) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)([^${mark}\\n]*?[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`

const token = new RegExp(
  [
    '`([^`\\n]+)`',
    '<([^<>\\n]+)>',
    span('\\*'),
    span('_'),
    span('~'),
    ':([a-z0-9_+-]+):',
    '(https?://[^\\s<>|]+[^\\s<>|.,;:!?)])',
  ].join('|'),
  'gu',
)

function inline(text: string, look: Look): Html {
  const out: Html[] = []
  let from = 0
  for (const match of text.matchAll(token)) {
    out.push(lines(decode(text.slice(from, match.index))), drawn(match, look))
    from = match.index + match[0].length
  }
  return html`${out}${lines(decode(text.slice(from)))}`
}

function drawn(match: RegExpExecArray, look: Look): Html {
  const [whole, code, angle, bold, italic, strike, shortcode, url] = match
  if (code !== undefined) return html`<code>${decode(code)}</code>`
  if (angle !== undefined) return angled(angle, look)
  if (bold !== undefined) return html`<strong>${inline(bold, look)}</strong>`
  if (italic !== undefined) return html`<em>${inline(italic, look)}</em>`
  if (strike !== undefined) return html`<del>${inline(strike, look)}</del>`
  if (shortcode !== undefined) return html`${emoji(shortcode) ?? whole}`
  return link(decode(url ?? whole), decode(whole))
}

export const link = (url: string, label: string): Html =>
  safeUrl.test(url)
    ? html`<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`
    : html`${label}`

export const mention = (label: string): Html => html`<span class="mention">${label}</span>`

function angled(content: string, look: Look): Html {
  const [target = '', label] = split(content)
  if (target.startsWith('@'))
    return mention(`@${findUser(look.ws, target.slice(1))?.realName ?? label ?? target}`)
  if (target.startsWith('#'))
    return mention(`#${findChannel(look.ws, target.slice(1))?.name ?? label ?? target}`)
  if (target.startsWith('!date^')) return date(target, label, look)
  if (target.startsWith('!')) return mention(label ?? `@${target.slice(1)}`)
  return safeUrl.test(target)
    ? link(decode(target), decode(label ?? target))
    : html`${decode(`<${content}>`)}`
}

function split(content: string): [string, string | undefined] {
  const bar = content.indexOf('|')
  return bar < 0 ? [content, undefined] : [content.slice(0, bar), content.slice(bar + 1)]
}

function date(target: string, fallback: string | undefined, { ws, viewer }: Look): Html {
  const [, seconds = '', format = '', url] = target.split('^')
  const text = /^\d+$/.test(seconds)
    ? formatDate(Number(seconds), decode(format), { nowMs: ws.now(), tz: viewer.tz })
    : (fallback ?? target)
  return url ? link(decode(url), text) : html`<time>${text}</time>`
}

export function lines(text: string): Html {
  const [first = '', ...rest] = text.split('\n')
  return html`${first}${rest.map((line) => html`<br>${line}`)}`
}
