import { z } from 'zod'
import {
  datepicker,
  datetimepicker,
  emailInput,
  numberInput,
  plainTextInput,
  richTextInput,
  timepicker,
  urlInput,
} from './inputs.ts'
import { confirm, identifier, linkUrl, overflowOption, plainText, richOption } from './objects.ts'
import {
  channelsSelect,
  checkInitialOption,
  checkInitialOptions,
  conversationsSelect,
  externalSelect,
  multiChannelsSelect,
  multiConversationsSelect,
  multiExternalSelect,
  multiStaticSelect,
  multiUsersSelect,
  staticSelect,
  usersSelect,
} from './selects.ts'

const actionable = { action_id: identifier.optional(), confirm: confirm.optional() }

export const button = z.strictObject({
  type: z.literal('button'),
  ...actionable,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: linkUrl.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().min(1).max(75).optional(),
})

export const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...actionable,
  options: z.array(overflowOption).min(1).max(5),
})

export const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...actionable,
    options: z.array(richOption).min(1).max(10),
    initial_options: z.array(richOption).min(1).optional(),
    focus_on_load: z.boolean().optional(),
  })
  .superRefine(checkInitialOptions)

export const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    ...actionable,
    options: z.array(richOption).min(1).max(10),
    initial_option: richOption.optional(),
    focus_on_load: z.boolean().optional(),
  })
  .superRefine(checkInitialOption)

export const image = z
  .strictObject({
    type: z.literal('image'),
    alt_text: z.string().min(1).max(2000),
    image_url: linkUrl.optional(),
    slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
  })
  .refine((it) => !it.image_url !== !it.slack_file, 'must have exactly one of image_url, slack_file')

const choosers = [
  checkboxes,
  radioButtons,
  datepicker,
  staticSelect,
  externalSelect,
  usersSelect,
  conversationsSelect,
  channelsSelect,
  multiStaticSelect,
  multiExternalSelect,
  multiUsersSelect,
  multiConversationsSelect,
  multiChannelsSelect,
  timepicker,
] as const

export const accessory = z.discriminatedUnion('type', [button, overflow, image, ...choosers])

export const actionElement = z.discriminatedUnion('type', [
  button,
  overflow,
  datetimepicker,
  richTextInput,
  ...choosers,
])

export const inputElement = z.discriminatedUnion('type', [
  plainTextInput,
  numberInput,
  emailInput,
  urlInput,
  richTextInput,
  datetimepicker,
  ...choosers,
])

export type Image = z.infer<typeof image>
export type InputElement = z.infer<typeof inputElement>
/** Everything a person can press, pick or type into. */
export type Element =
  | Exclude<z.infer<typeof accessory>, { type: 'image' }>
  | z.infer<typeof actionElement>
  | InputElement
/** Elements that hold a value, and so appear in `state.values`. */
export type ValueElement = Exclude<Element, { type: 'button' | 'overflow' }>
