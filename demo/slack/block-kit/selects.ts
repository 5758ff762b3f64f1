import { z } from 'zod'
import {
  confirm,
  identifier,
  type Option,
  optionGroup,
  plainOption,
  plainText,
  sameOption,
} from './objects.ts'

const select = {
  action_id: identifier.optional(),
  placeholder: plainText(150).optional(),
  confirm: confirm.optional(),
  focus_on_load: z.boolean().optional(),
}
const multi = { ...select, max_selected_items: z.int().min(1).optional() }
const choices = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
}
const ids = z.array(z.string().min(1))
const conversationFilter = z.strictObject({
  include: z
    .array(z.enum(['im', 'mpim', 'private', 'public']))
    .min(1)
    .optional(),
  exclude_external_shared_channels: z.boolean().optional(),
  exclude_bot_users: z.boolean().optional(),
})
const conversation = {
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter.optional(),
}

type Choices = { options?: Option[] | undefined; option_groups?: { options: Option[] }[] | undefined }

export const optionsOf = (element: Choices): Option[] =>
  element.options ?? element.option_groups?.flatMap((group) => group.options) ?? []

function checkChoices(element: Choices, ctx: z.RefinementCtx) {
  if (!element.options === !element.option_groups) {
    ctx.addIssue({ code: 'custom', message: 'must have exactly one of options, option_groups' })
  }
}

function checkInitial(initial: Option[], options: Option[], path: (string | number)[], ctx: z.RefinementCtx) {
  initial.forEach((option, index) => {
    if (options.some((offered) => sameOption(offered, option))) return
    const at = path.length === 1 && path[0] === 'initial_option' ? path : [...path, index]
    ctx.addIssue({ code: 'custom', path: at, message: 'must match one of the given options' })
  })
}

export const checkInitialOption = (
  e: Choices & { initial_option?: Option | undefined },
  ctx: z.RefinementCtx,
) => checkInitial(e.initial_option ? [e.initial_option] : [], optionsOf(e), ['initial_option'], ctx)

export const checkInitialOptions = (
  e: Choices & { initial_options?: Option[] | undefined },
  ctx: z.RefinementCtx,
) => checkInitial(e.initial_options ?? [], optionsOf(e), ['initial_options'], ctx)

export const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...select,
    ...choices,
    initial_option: plainOption.optional(),
  })
  .superRefine(checkChoices)
  .superRefine(checkInitialOption)

export const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...multi,
    ...choices,
    initial_options: z.array(plainOption).min(1).optional(),
  })
  .superRefine(checkChoices)
  .superRefine(checkInitialOptions)

const minQueryLength = z.int().min(0).optional()

export const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  ...select,
  initial_option: plainOption.optional(),
  min_query_length: minQueryLength,
})

export const multiExternalSelect = z.strictObject({
  type: z.literal('multi_external_select'),
  ...multi,
  initial_options: z.array(plainOption).min(1).optional(),
  min_query_length: minQueryLength,
})

export const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...select,
  initial_user: z.string().min(1).optional(),
})

export const multiUsersSelect = z.strictObject({
  type: z.literal('multi_users_select'),
  ...multi,
  initial_users: ids.optional(),
})

export const conversationsSelect = z.strictObject({
  type: z.literal('conversations_select'),
  ...select,
  ...conversation,
  initial_conversation: z.string().min(1).optional(),
  response_url_enabled: z.boolean().optional(),
})

export const multiConversationsSelect = z.strictObject({
  type: z.literal('multi_conversations_select'),
  ...multi,
  ...conversation,
  initial_conversations: ids.optional(),
})

export const channelsSelect = z.strictObject({
  type: z.literal('channels_select'),
  ...select,
  initial_channel: z.string().min(1).optional(),
  response_url_enabled: z.boolean().optional(),
})

export const multiChannelsSelect = z.strictObject({
  type: z.literal('multi_channels_select'),
  ...multi,
  initial_channels: ids.optional(),
})
