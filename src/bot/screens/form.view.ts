import { z } from 'zod'

const option = z.object({ value: z.string(), text: z.object({ text: z.string() }).optional() })

/** `state.values`: block_id -> action_id -> what the person entered. */
export const formValues = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      value: z.string().nullish(),
      selected_option: option.nullish(),
      selected_options: z.array(option).optional(),
      selected_date: z.string().nullish(),
      selected_user: z.string().nullish(),
    }),
  ),
)
export type FormValues = z.infer<typeof formValues>

/** A filled-in window, as it was sent. */
export type Form = { metadata: string; values: FormValues }

/** By block_id of the input that is wrong; keeps the window open with what was typed. */
export type FieldErrors = Record<string, string>
