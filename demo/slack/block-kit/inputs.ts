import { z } from 'zod'
import { confirm, identifier, plainText } from './objects.ts'
import { richText } from './rich-text.ts'

const typed = {
  action_id: identifier.optional(),
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(['on_enter_pressed', 'on_character_entered']))
        .min(1)
        .optional(),
    })
    .optional(),
}
const picked = {
  action_id: identifier.optional(),
  confirm: confirm.optional(),
  focus_on_load: z.boolean().optional(),
}
const numeric = z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a number in a string')

export const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    ...typed,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  })
  .superRefine((input, ctx) => {
    const { min_length: min = 0, max_length: max = 3000, initial_value: value } = input
    if (min > max) {
      ctx.addIssue({ code: 'custom', path: ['min_length'], message: 'must not be more than max_length' })
    }
    if (value !== undefined && value.length > max) {
      ctx.addIssue({
        code: 'custom',
        path: ['initial_value'],
        message: `must be less than ${max + 1} characters`,
      })
    }
  })

export const numberInput = z
  .strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: numeric.optional(),
    min_value: numeric.optional(),
    max_value: numeric.optional(),
  })
  .superRefine(({ min_value: min, max_value: max, initial_value: value }, ctx) => {
    if (min !== undefined && max !== undefined && Number(min) > Number(max)) {
      ctx.addIssue({ code: 'custom', path: ['min_value'], message: 'must not be more than max_value' })
    }
    if (value === undefined) return
    if (Number(value) < Number(min ?? value) || Number(value) > Number(max ?? value)) {
      ctx.addIssue({
        code: 'custom',
        path: ['initial_value'],
        message: 'must be between min_value and max_value',
      })
    }
  })

export const emailInput = z.strictObject({
  type: z.literal('email_text_input'),
  ...typed,
  initial_value: z.string().optional(),
})

export const urlInput = z.strictObject({
  type: z.literal('url_text_input'),
  ...typed,
  initial_value: z.string().optional(),
})

export const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...typed,
  initial_value: richText.optional(),
  min_lines: z.int().min(1).max(35).optional(),
  max_lines: z.int().min(1).max(35).optional(),
})

export const datepicker = z.strictObject({
  type: z.literal('datepicker'),
  ...picked,
  placeholder: plainText(150).optional(),
  initial_date: z.iso.date('must be a date like 2026-11-30').optional(),
})

export const timepicker = z.strictObject({
  type: z.literal('timepicker'),
  ...picked,
  placeholder: plainText(150).optional(),
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 09:30')
    .optional(),
  timezone: z.string().optional(),
})

export const datetimepicker = z.strictObject({
  type: z.literal('datetimepicker'),
  ...picked,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
})
