import { html } from 'hono/html'
import type { Block, InputBlock, TableBlock } from '../block-kit/blocks.ts'
import { elementId, renderElement } from './elements.ts'
import { attr, type Html, type Look, nothing } from './html.ts'
import { mrkdwn, renderText } from './mrkdwn.ts'
import { renderRichText } from './rich-text.ts'

export const renderBlocks = (blocks: readonly Block[], look: Look): Html =>
  html`${blocks.map((block) => renderBlock(block, look))}`

export function renderBlock(block: Block, look: Look): Html {
  const id = html` data-block-id="${block.block_id}"`
  switch (block.type) {
    case 'header':
      return html`<h3 class="block header"${id}>${renderText(block.text, look)}</h3>`
    case 'divider':
      return html`<hr class="block"${id}>`
    case 'section':
      return section(block, look)
    case 'context':
      return html`<div class="block context"${id}>${block.elements.map((it) =>
        it.type === 'image' ? image(it, 'small') : html`<span>${renderText(it, look)}</span>`,
      )}</div>`
    case 'actions':
      return html`<div class="block actions"${id}>${block.elements.map((it) => renderElement(it, inBlock(block), look))}</div>`
    case 'input':
      return input(block, look)
    case 'image':
      return html`<figure class="block"${id}>${block.title ? html`<figcaption>${renderText(block.title, look)}</figcaption>` : nothing}${image(block, 'large')}</figure>`
    case 'rich_text':
      return html`<div class="block rich"${id}>${renderRichText(block, look)}</div>`
    case 'markdown':
      return html`<div class="block"${id}>${mrkdwn(asMrkdwn(block.text), look)}</div>`
    case 'alert':
      return html`<p class="block alert ${block.level ?? 'default'}" role="note"${id}>${renderText(block.text, look)}</p>`
    case 'table':
      return table(block, look)
    default:
      return block satisfies never
  }
}

const inBlock = (block: Block) => ({
  blockId: block.block_id,
  dispatch: true,
  labelledBy: null,
  describedBy: null,
})

function section(block: Extract<Block, { type: 'section' }>, look: Look): Html {
  const { text, fields, accessory } = block
  const drawn =
    accessory?.type === 'image'
      ? image(accessory, 'thumb')
      : accessory && html`<div class="accessory">${renderElement(accessory, inBlock(block), look)}</div>`
  return html`<div class="block section${accessory ? ' has-accessory' : ''}" data-block-id="${block.block_id}">
    <div class="words">
      ${text ? html`<div>${renderText(text, look)}</div>` : nothing}
      ${fields ? html`<div class="fields">${fields.map((it) => html`<div>${renderText(it, look)}</div>`)}</div>` : nothing}
    </div>
    ${drawn ?? nothing}
  </div>`
}

function input(block: InputBlock, look: Look): Html {
  const id = elementId(look, block.block_id, block.element.action_id)
  const spot = {
    blockId: block.block_id,
    dispatch: block.dispatch_action ?? false,
    labelledBy: `${id}-label`,
    describedBy: `${block.hint ? `${id}-hint ` : ''}${id}-error`,
  }
  return html`<div class="block input" data-block-id="${block.block_id}">
    <label class="label" id="${id}-label" for="${id}">${renderText(block.label, look)}${block.optional ? html`<span class="optional"> (optional)</span>` : nothing}</label>
    ${renderElement(block.element, spot, look)}
    ${block.hint ? html`<p class="hint" id="${id}-hint">${renderText(block.hint, look)}</p>` : nothing}
    <p class="field-error" id="${id}-error" role="alert" hidden></p>
  </div>`
}

/** The page fetches nothing from elsewhere, so only pictures on this machine are drawn. */
function image(
  { alt_text, image_url }: { alt_text: string; image_url?: string | undefined },
  size: string,
): Html {
  const isLocal = image_url !== undefined && /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(image_url)
  return isLocal
    ? html`<img class="image ${size}" src="${image_url}" alt="${alt_text}">`
    : html`<span class="image ${size} missing" role="img" aria-label="${alt_text}">${size === 'large' ? alt_text : '🖼'}</span>`
}

function table(block: TableBlock, look: Look): Html {
  const align = (column: number) => attr('data-align', block.column_settings?.[column]?.align)
  const wrap = (column: number) => attr('data-wrap', block.column_settings?.[column]?.is_wrapped)
  const rows = block.rows.map((row, rowIndex) => {
    const cells = row.map((cell, column) => {
      const body = cell.type === 'rich_text' ? renderRichText(cell, look) : html`${cell.text}`
      const looks = html`${align(column)}${wrap(column)}`
      return rowIndex === 0 ? html`<th scope="col"${looks}>${body}</th>` : html`<td${looks}>${body}</td>`
    })
    return html`<tr>${cells}</tr>`
  })
  return html`<div class="block table" data-block-id="${block.block_id}" tabindex="0" role="region" aria-label="Table"><table><thead>${rows[0] ?? nothing}</thead><tbody>${rows.slice(1)}</tbody></table></div>`
}

/** Enough of Markdown for a look: bold, headings, links and lists become Slack's own markup. */
const asMrkdwn = (text: string) =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/^#{1,6} +(.+)$/gm, '*$1*')
    .replace(/\*\*(.+?)\*\*/g, '*$1*')
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '<$2|$1>')
    .replace(/^[-*] /gm, '• ')
