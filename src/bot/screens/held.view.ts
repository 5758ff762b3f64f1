import type { ModalView } from '@slack/types'
import { z } from 'zod'
import { actions, button, context, escapeText, modal, plain, section } from '../blocks.ts'
import { packChosen } from './chosen.view.ts'
import type { FieldErrors, Form, FormValues } from './form.view.ts'
import { parseSyncMetadata, planValue, type SyncState, WHOLE_PLAN } from './sync-now.view.ts'
import { count, slackDate } from './words.view.ts'

export const HELD_FORM = 'held'
const TYPED = { block: 'typed', action: 'held.typed' }

/** What a brake says: what would happen, what to check, and the number to type. */
export type Held = { what: string; check: string; count: number }

/** A plan that a brake holds: it is not confirmed by one press, but by typing how many people it concerns. */
export function heldView(state: SyncState, held: readonly [Held, ...Held[]]): ModalView {
  const { chosen, connectionId, plan } = state
  const [first] = held
  return modal({
    title: 'Held',
    callbackId: HELD_FORM,
    submit: 'Confirm',
    close: 'Cancel',
    metadata: {
      connectionId,
      planId: plan.planId,
      hash: plan.hash,
      chosen: chosen && packChosen(chosen),
      count: first.count,
    },
    blocks: [
      section('*Held: look before you go on.* Nothing has been written.'),
      ...held.map(({ what, check }) => section(`${escapeText(what)} ${escapeText(check)}`)),
      ...actions(button(WHOLE_PLAN, 'See the whole plan', { value: planValue(state) })),
      {
        type: 'input',
        block_id: TYPED.block,
        label: plain(`To go on, type ${first.count}`),
        element: { type: 'plain_text_input', action_id: TYPED.action, max_length: 10 },
      },
      context(
        `Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)} · ${count(plan.toApply)} changes`,
      ),
    ],
  })
}

const heldMetadata = z.object({ count: z.int() })

const typedIn = (values: FormValues): string => (values[TYPED.block]?.[TYPED.action]?.value ?? '').trim()

/** The number, and nothing else: a habit of pressing Enter does not get past it. */
export function checkHeld({ metadata, values }: Form): FieldErrors | null {
  const { count: expected } = heldMetadata.parse(JSON.parse(metadata))
  return typedIn(values) === String(expected) ? null : { [TYPED.block]: `Type ${expected} to go on.` }
}

export const parseHeld = ({ metadata, values }: Form) => ({
  ...parseSyncMetadata(metadata),
  knowingly: Number(typedIn(values)),
})
