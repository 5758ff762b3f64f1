import type { Block } from './block-kit/blocks.ts'
import type { Option } from './block-kit/objects.ts'
import type { RichText } from './block-kit/rich-text.ts'
import type { ParsedView } from './block-kit/surfaces.ts'

export type User = {
  id: string
  name: string
  realName: string
  email: string
  tz: string
  isAdmin: boolean
  isBot: boolean
}

/** `im` is the direct conversation between the app and `members[0]`. */
export type Channel = {
  id: string
  name: string
  kind: 'channel' | 'im'
  members: string[]
}

export type Message = {
  ts: string
  channel: string
  user: string
  text: string
  blocks: Block[]
  editedTs: string | null
  threadTs: string | null
  /** Set on an ephemeral message: the one person who sees it. */
  visibleTo: string | null
}

/** One entry of `state.values`, in Slack's own shape. */
export type StateValue =
  | {
      type: 'plain_text_input' | 'email_text_input' | 'url_text_input' | 'number_input'
      value: string | null
    }
  | { type: 'rich_text_input'; rich_text_value: RichText | null }
  | { type: 'datepicker'; selected_date: string | null }
  | { type: 'timepicker'; selected_time: string | null }
  | { type: 'datetimepicker'; selected_date_time: number | null }
  | { type: 'static_select' | 'external_select' | 'radio_buttons'; selected_option: Option | null }
  | { type: 'multi_static_select' | 'multi_external_select' | 'checkboxes'; selected_options: Option[] }
  | { type: 'users_select'; selected_user: string | null }
  | { type: 'multi_users_select'; selected_users: string[] }
  | { type: 'conversations_select'; selected_conversation: string | null }
  | { type: 'multi_conversations_select'; selected_conversations: string[] }
  | { type: 'channels_select'; selected_channel: string | null }
  | { type: 'multi_channels_select'; selected_channels: string[] }

/** block_id -> action_id -> value */
export type FormValues = Record<string, Record<string, StateValue>>

type ViewHead<View> = View extends unknown ? Omit<View, 'blocks'> : never

/** A modal on somebody's screen, or somebody's Home tab. */
export type OpenView = {
  id: string
  userId: string
  hash: string
  rootId: string
  previousId: string | null
  view: ViewHead<ParsedView>
  blocks: Block[]
  values: FormValues
}

export type Trigger = { userId: string; issuedAtMs: number; spent: boolean }

export type ResponseUrl = {
  userId: string
  channel: string
  /** The message whose button was pressed; null for a slash command. */
  messageTs: string | null
  issuedAtMs: number
  uses: number
}
