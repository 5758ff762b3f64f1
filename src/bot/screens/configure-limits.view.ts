import type { InputBlock, KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { context, modal, plain, section } from '../blocks.ts'
import type { FieldErrors, Form, FormValues } from './form.view.ts'

export const LIMITS_FORM = 'configure.limits'

type Limit = { absolute: number; percent: number }
/** One brake: what it counts, what holds now, and what holds where nobody chose. */
export type BrakeState = {
  brake: string
  words: string
  /** Of whom the percentage is. */
  of: string
  now: Limit
  usual: Limit
}

/** Every brake with its two numbers; a plan passes while it is within the larger of them. */
export const limitsView = ({ brakes, seen }: { brakes: readonly BrakeState[]; seen: string }): ModalView =>
  modal({
    title: 'Limits',
    callbackId: LIMITS_FORM,
    submit: 'Save',
    close: 'Back',
    metadata: { seen },
    blocks: [
      section(
        'A plan that goes over a limit is held until somebody lets it through knowingly. Of the two numbers the larger one counts.',
      ),
      ...brakes.flatMap(brakeBlocks),
      context(
        'They hold for every HR system of your company. A field of which more people lose the value is held by itself, and everything else goes on.',
      ),
    ],
  })

const brakeBlocks = ({ brake, now, of, usual, words }: BrakeState): KnownBlock[] => [
  numberBlock(`${brake}:absolute`, `${words}: people`, `Usually ${usual.absolute}.`, now.absolute, 1_000_000),
  numberBlock(
    `${brake}:percent`,
    `${words}: or percent of ${of}`,
    `Usually ${usual.percent} %.`,
    now.percent,
    100,
  ),
]

const ACTION = 'configure.limit'

const numberBlock = (block: string, label: string, hint: string, value: number, max: number): InputBlock => ({
  type: 'input',
  block_id: block,
  label: plain(label),
  hint: plain(hint),
  element: {
    type: 'number_input',
    action_id: ACTION,
    is_decimal_allowed: max === 100,
    min_value: '0',
    max_value: String(max),
    initial_value: String(Math.min(value, max)),
  },
})

/** Which limits the window was opened on. */
const limitsMetadata = z.object({ seen: z.string() })

export const parseSeen = (metadata: string) => limitsMetadata.parse(JSON.parse(metadata)).seen

const typed = (values: FormValues, block: string): number => {
  const text = values[block]?.[ACTION]?.value ?? ''
  return text.trim() === '' ? Number.NaN : Number(text)
}

export const parseLimits = ({ values }: Form): Record<string, Limit> =>
  Object.fromEntries(
    Object.keys(values).flatMap((block) => {
      const [, brake] = /^(.+):absolute$/.exec(block) ?? []
      if (brake === undefined) return []
      return [[brake, { absolute: typed(values, block), percent: typed(values, `${brake}:percent`) }]]
    }),
  )

export function checkLimits(form: Form): FieldErrors | null {
  const errors: FieldErrors = {}
  for (const [brake, { absolute, percent }] of Object.entries(parseLimits(form))) {
    if (!Number.isInteger(absolute) || absolute < 0)
      errors[`${brake}:absolute`] = 'Give a whole number of people, 0 or more.'
    if (!(percent >= 0 && percent <= 100)) errors[`${brake}:percent`] = 'Give a percentage from 0 to 100.'
  }
  return Object.keys(errors).length === 0 ? null : errors
}
