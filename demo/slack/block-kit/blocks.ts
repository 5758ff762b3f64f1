import { z } from 'zod'
import { accessory, actionElement, image, inputElement } from './elements.ts'
import { anyText, identifier, linkUrl, mrkdwn, plainText } from './objects.ts'
import { richText } from './rich-text.ts'

const block = { block_id: identifier.optional() }

const section = z
  .strictObject({
    type: z.literal('section'),
    ...block,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((it) => it.text || it.fields, 'missing required field: text')

const imageBlock = z
  .strictObject({
    type: z.literal('image'),
    ...block,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
    image_url: linkUrl.optional(),
    slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
  })
  .refine((it) => !it.image_url !== !it.slack_file, 'must have exactly one of image_url, slack_file')

const cell = z.discriminatedUnion('type', [
  richText,
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
])

const table = z.strictObject({
  type: z.literal('table'),
  ...block,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(['left', 'center', 'right']).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
})

const input = z.strictObject({
  type: z.literal('input'),
  ...block,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  element: inputElement,
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
})

export const anyBlock = z.discriminatedUnion('type', [
  section,
  imageBlock,
  table,
  input,
  richText,
  z.strictObject({ type: z.literal('header'), ...block, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), ...block }),
  z.strictObject({
    type: z.literal('context'),
    ...block,
    elements: z
      .array(z.discriminatedUnion('type', [plainText(3000), mrkdwn(3000), image]))
      .min(1)
      .max(10),
  }),
  z.strictObject({ type: z.literal('actions'), ...block, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({ type: z.literal('markdown'), ...block, text: z.string().min(1).max(12_000) }),
  z.strictObject({
    type: z.literal('alert'),
    ...block,
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
])

/** Blocks Slack has and the desk does not draw: refused, but with a message that says whose rule it is. */
export const unrehearsedBlocks: ReadonlySet<string> = new Set([
  'card',
  'carousel',
  'container',
  'context_actions',
  'data_table',
  'data_visualization',
  'file',
  'plan',
  'task_card',
  'video',
])

export type ParsedBlock = z.infer<typeof anyBlock>
/** A block as Slack keeps it: with a block_id, given or made up. */
export type Block = ParsedBlock & { block_id: string }
export type TableBlock = Extract<Block, { type: 'table' }>
export type InputBlock = Extract<Block, { type: 'input' }>
