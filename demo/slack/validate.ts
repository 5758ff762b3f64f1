import { advice, fromZod, type Problem, problem } from './block-kit/problems.ts'
import { blockRules, viewRules } from './block-kit/rules.ts'
import { anyView, messageBlocks } from './block-kit/surfaces.ts'
import { textLength } from './block-kit/walk.ts'

export type { Problem }

const maxViewBytes = 250_000
/** Undocumented: found by users of Slack, somewhere near 13,200 (https://github.com/slackapi/bolt-js/issues/2509). */
const maxMessageText = 13_200
const advisedText = 4000

export const errorsIn = (problems: readonly Problem[]) => problems.filter((it) => it.level === 'error')

/**
 * Everything Slack would refuse in a modal or Home view, and what it advises against.
 * Pointers are relative to the view: `/blocks/3/text/text`. An empty list means Slack takes it.
 */
export function validateView(view: unknown): Problem[] {
  const size = Buffer.byteLength(JSON.stringify(view) ?? '')
  if (size > maxViewBytes) {
    return [problem([], `view is ${size} bytes, more than ${maxViewBytes}`, 'view_too_large')]
  }
  const parsed = anyView.safeParse(view)
  if (!parsed.success) return fromZod(parsed.error, view, 'invalid_arguments')
  return viewRules(parsed.data, 'invalid_arguments')
}

/**
 * Everything Slack would refuse in a message (`text`, `blocks`), and what it advises against:
 * a message without `text` is posted, but notifications and screen readers have nothing to say.
 */
export function validateMessage(message: { text?: unknown; blocks?: unknown }): Problem[] {
  return [...textProblems(message), ...blockProblems(message.blocks)]
}

function textProblems({ text, blocks }: { text?: unknown; blocks?: unknown }): Problem[] {
  const hasBlocks = Array.isArray(blocks) && blocks.length > 0
  if (typeof text === 'string' && text !== '') {
    return text.length > advisedText
      ? [advice(['text'], `text is ${text.length} characters, more than the advised ${advisedText}`)]
      : []
  }
  return hasBlocks
    ? [advice(['text'], 'text is missing: notifications and screen readers need it')]
    : [problem([], 'missing required field: text', 'no_text')]
}

function blockProblems(blocks: unknown): Problem[] {
  if (blocks === undefined || blocks === null) return []
  const parsed = messageBlocks.safeParse(blocks)
  if (!parsed.success) return fromZod(parsed.error, blocks, 'invalid_blocks').map(under('/blocks'))
  const length = textLength(parsed.data)
  return [
    ...blockRules(parsed.data, 'message', 'invalid_blocks'),
    ...(length > maxMessageText
      ? [
          problem(
            ['blocks'],
            `blocks hold ${length} characters, more than ${maxMessageText}`,
            'msg_blocks_too_long',
          ),
        ]
      : []),
  ]
}

const under = (prefix: string) => (it: Problem) => ({ ...it, pointer: prefix + it.pointer })

/** Slack's lines for `response_metadata.messages`. */
export const errorLines = (problems: readonly Problem[], prefix = '') =>
  errorsIn(problems).map((it) => `[ERROR] ${it.message} [json-pointer:${prefix + it.pointer || '/'}]`)
