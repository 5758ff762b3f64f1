import { z } from 'zod'
import { formValues } from './screens/form.view.ts'

/** The parts of Slack's payloads that we read, parsed once where they arrive. */
const team = z.object({ id: z.string(), domain: z.string().optional() }).nullish()
const picked = z.object({ value: z.string() }).nullish()

const view = z.object({
  id: z.string(),
  type: z.enum(['modal', 'home']),
  hash: z.string(),
  private_metadata: z.string().default(''),
  state: z.object({ values: formValues }).nullish(),
})

export const commandPayload = z.object({
  user_id: z.string(),
  team_id: z.string(),
  team_domain: z.string().optional(),
  channel_id: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
})

export const actionPayload = z.object({
  user: z.object({ id: z.string() }),
  team,
  trigger_id: z.string(),
  view: view.nullish(),
  container: z
    .object({ channel_id: z.string(), message_ts: z.string(), is_ephemeral: z.boolean().default(false) })
    .nullish()
    .catch(null),
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().nullish(), selected_option: picked }))
    .min(1),
})

export const submissionPayload = z.object({
  user: z.object({ id: z.string() }),
  team,
  trigger_id: z.string(),
  view,
})

/** Somebody types into a select that asks us for its options. */
export const suggestionPayload = z.object({
  user: z.object({ id: z.string() }),
  team,
  view: view.nullish(),
  block_id: z.string(),
  value: z.string().default(''),
})

/** The value of a button, or of the option that was picked. */
export function pressedValue({ actions }: z.infer<typeof actionPayload>): string {
  const [action] = actions
  return action?.value ?? action?.selected_option?.value ?? ''
}
