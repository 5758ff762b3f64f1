import { z } from 'zod'

/** Composition objects. Slack refuses unknown properties everywhere, hence strict objects throughout. */
export const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  })

export const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  })

export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)])

export const identifier = z.string().min(1).max(255)

export const linkUrl = z
  .string()
  .min(1)
  .max(3000)
  .regex(/^(https?:\/\/|mailto:|slack:\/\/|tel:)\S+$/i, 'must be a valid URL')

export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})

/** Slack's page says 150 characters for `value`, its type definitions say 75: 75 is advised by a rule. */
const optionValue = z.string().min(1).max(150)

export const plainOption = z.strictObject({
  text: plainText(75),
  value: optionValue,
  description: plainText(75).optional(),
})

export const richOption = z.strictObject({
  text: anyText(75),
  value: optionValue,
  description: anyText(75).optional(),
})

export const overflowOption = z.strictObject({
  text: plainText(75),
  value: optionValue,
  description: plainText(75).optional(),
  url: linkUrl.optional(),
})

export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(plainOption).min(1).max(100),
})

export type PlainText = z.infer<ReturnType<typeof plainText>>
export type Mrkdwn = z.infer<ReturnType<typeof mrkdwn>>
export type AnyText = PlainText | Mrkdwn
export type Confirm = z.infer<typeof confirm>
export type Option = z.infer<typeof richOption>
export type OptionGroup = z.infer<typeof optionGroup>

/** Slack compares the whole object, not only the value. Key order does not matter to it. */
export const sameOption = (a: Option, b: Option) =>
  a.value === b.value &&
  a.text.text === b.text.text &&
  a.text.type === b.text.type &&
  a.description?.text === b.description?.text
