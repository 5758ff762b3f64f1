import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import {
  actions,
  button,
  context,
  escapeText,
  type Message,
  modal,
  paragraph,
  plain,
  section,
} from '../blocks.ts'
import { packChosen } from './chosen.view.ts'
import type { FieldErrors, Form, FormValues } from './form.view.ts'
import { type Held, seeHeld } from './held-words.view.ts'
import { lookBlocks, nameBlocks } from './look.view.ts'
import { heldFieldsInWindow } from './lost-fields.view.ts'
import { movedBlocks } from './moved.view.ts'
import { discardDialog, parseSyncMetadata, planValue, type SyncState, WHOLE_PLAN } from './sync-now.view.ts'
import { confirmingWords } from './sync-numbers.view.ts'
import { count, plural, slackDate } from './words.view.ts'

export const HELD_FORM = 'held'
export const HELD_ASK = 'held.ask'
export const HELD_DISCARD = 'held.discard'
const TYPED = { block: 'typed', action: 'held.typed' }
const WHOM = { block: 'whom', action: 'held.whom' }

/**
 * A plan that a brake holds: it is not confirmed by one press, but by typing how many people it concerns.
 * @param asked who was just asked to confirm it instead
 */
export function heldView(
  state: SyncState,
  held: readonly [Held, ...Held[]],
  asked: string | null = null,
): ModalView {
  const { chosen, connectionId, plan } = state
  const [first] = held
  const value = planValue(state)
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
      ...(asked === null ? [] : [section(`<@${asked}> has the plan now, and was asked to confirm it.`)]),
      ...movedBlocks(state, true),
      section('*Held: look before you go on.* Nothing has been written.'),
      ...held.map((hold) => reason(hold, state)),
      section(confirmingWords(state, { missing: held.some(({ brake }) => brake === 'vanished') })),
      ...nameBlocks(state),
      ...(chosen === null ? [] : lookBlocks(state, false)),
      ...heldFieldsInWindow(state.heldFields, state, chosen !== null),
      ...actions(
        button(WHOLE_PLAN, 'See the whole plan', { value }),
        button(HELD_DISCARD, 'Discard', { value, style: 'danger', confirm: discardDialog }),
      ),
      {
        type: 'input',
        block_id: TYPED.block,
        label: plain(`To go on, type ${first.count}`),
        element: { type: 'plain_text_input', action_id: TYPED.action, max_length: 10 },
      },
      ...(chosen === null ? askBlocks(value) : []),
      context(
        `Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)} · ${count(plan.toApply)} ${plural(plan.toApply, 'change', 'changes')}`,
      ),
    ],
  })
}

/** The people behind the number are those of the whole plan: beside a choice they would be the wrong ones. */
const reason = (held: Held, { chosen, connectionId, plan }: SyncState): KnownBlock =>
  section([`${held.what} ${held.limit}`, held.check, held.confirming].map(escapeText).join('\n'), {
    ...(chosen === null && { accessory: seeHeld(held, { connectionId, planId: plan.planId }) }),
  })

/** The whole plan only: a choice of people is the chooser's own. */
const askBlocks = (value: string): KnownBlock[] => [
  {
    type: 'input',
    block_id: WHOM.block,
    optional: true,
    label: plain('Or ask another admin to confirm'),
    hint: plain('Any other workspace admin: they see the same plan, and type the number.'),
    element: { type: 'users_select', action_id: WHOM.action, placeholder: plain('Choose an admin') },
  },
  ...actions(button(HELD_ASK, 'Ask to confirm', { value })),
]

/** For whoever asked: it is edited once the plan is decided, and then says by whom. */
export const askedMessage = (whom: string, held: Held, label: string): Message =>
  paragraph(
    `You asked <@${whom}> to confirm the sync from ${escapeText(label)} that is held. ${escapeText(held.what)} Who decides, and when, will be said here.`,
  )

export const parseAsked = (values: FormValues): string | null =>
  values[WHOM.block]?.[WHOM.action]?.selected_user ?? null

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
