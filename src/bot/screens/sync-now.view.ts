import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import {
  actions,
  button,
  confirmDialog,
  context,
  type Message,
  message,
  modal,
  paragraph,
  section,
} from '../blocks.ts'
import { type Chosen, packChosen, unpackChosen } from './chosen.view.ts'
import { type Held, heldSentence, seeHeld } from './held-words.view.ts'
import { SYNC_NOW, SYNC_SELECTED } from './ids.view.ts'
import { lookBlocks, nameBlocks } from './look.view.ts'
import { type HeldField, heldFieldBlocks, heldFieldsInWindow } from './lost-fields.view.ts'
import { type Moved, movedBlocks, movedWords } from './moved.view.ts'
import { type PlanRow, type PlanSummary, whatSyncDoes } from './plan.view.ts'
import { headline, type Numbers, numbersLine, numbersOf } from './sync-numbers.view.ts'
import { slackDate } from './words.view.ts'

/** Two ids: one answers in its window, the other edits the message that it is in. */
export const CONFIRM = 'sync.confirm'
export const CONFIRM_CARD = 'sync.confirm_card'
export const CANCEL_CARD = 'sync.cancel_card'
export const WHOLE_PLAN = 'sync.plan'
export const DISCARD_CARD = 'held.discard_card'

export type SyncState = {
  connectionId: string
  label: string
  plan: PlanSummary
  /** Changes that deserve a second look, the first few of `lookTotal`. */
  look: readonly PlanRow[]
  lookTotal: number
  /** What moved since the plan that was shown before; `null` the first time. */
  moved: Moved | null
  /** What a brake holds it for; it is reviewed in a window then, not confirmed by one press. */
  held: Held | null
  /** Fields that this plan does not write. */
  heldFields: readonly HeldField[]
  /** The admin who asks another one to confirm this. */
  askedBy: string | null
  /** Rows of a Sync Selected; `null` is the whole plan. */
  chosen: readonly Chosen[] | null
  /** Of the chosen people, the first few by name. */
  names: readonly string[]
}

/** What will happen, in numbers, with the names that deserve a look; in a window, for the person who asked. */
export function syncView(state: SyncState): ModalView {
  const { connectionId, plan, chosen } = state
  const numbers = numbersOf(state)
  return modal({
    title: chosen ? 'Sync Selected' : 'Sync Now',
    close: 'Cancel',
    metadata: { connectionId, planId: plan.planId, hash: plan.hash, chosen: chosen && packChosen(chosen) },
    blocks: [
      ...movedBlocks(state, true),
      section(headline(state)),
      section(numbersLine(numbers, state)),
      ...nameBlocks(state),
      ...lookBlocks(state, false),
      ...heldFieldsInWindow(state.heldFields, state, chosen !== null),
      ...actions(
        button(CONFIRM, 'Confirm', { style: 'primary', confirm: dialog(numbers) }),
        button(WHOLE_PLAN, 'See the whole plan', { value: planValue(state) }),
      ),
      basis(plan),
    ],
  })
}

/** The same as a message. `masked` in a channel: counts and initials; details open for those who may see them. */
export function syncCard(state: SyncState, { masked }: { masked: boolean }): Message {
  const numbers = numbersOf(state)
  const { connectionId, held, plan } = state
  const value = planValue(state)
  return message(`${headline(state)} ${numbersLine(numbers, state)}`, [
    ...(state.askedBy === null ? [] : [section(`<@${state.askedBy}> asks you to confirm this.`)]),
    ...movedBlocks(state, false),
    section(headline(state)),
    section(numbersLine(numbers, state)),
    ...(held === null ? [] : [section(heldSentence(held))]),
    ...lookBlocks(state, masked),
    ...heldFieldBlocks(state.heldFields, state),
    ...actions(
      held === null
        ? button(CONFIRM_CARD, 'Confirm', { style: 'primary', confirm: dialog(numbers), value })
        : button(SYNC_NOW, 'Review', { style: 'primary', value: connectionId }),
      held === null ? null : seeHeld(held, { connectionId, planId: plan.planId }),
      button(WHOLE_PLAN, 'See the whole plan', { value }),
      held === null
        ? button(CANCEL_CARD, 'Cancel', { value })
        : button(DISCARD_CARD, 'Discard', { value, style: 'danger', confirm: discardDialog }),
    ),
    basis(state.plan),
  ])
}

const basis = (plan: PlanSummary): KnownBlock =>
  context(`Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)}`)

const dialog = (numbers: Numbers) =>
  confirmDialog({
    title: 'Sync into Stakeholders?',
    text: `${whatSyncDoes(numbers)}? Nobody is deleted, and you can undo this.`,
    yes: 'Sync them',
    no: 'Go back',
  })

export const discardDialog = confirmDialog(
  {
    title: 'Discard this plan?',
    text: 'Nothing is written. The next plan is drawn up from what HR says then.',
    yes: 'Discard it',
    no: 'Go back',
  },
  'danger',
)

/** Ids only: who may, and whether the plan still stands, is looked up when it is pressed. */
export const planValue = ({ connectionId, plan }: SyncState): string =>
  `${connectionId}:${plan.planId}:${plan.hash}`

const planReference = z.tuple([z.guid(), z.guid(), z.hex()]).transform(([connectionId, planId, hash]) => ({
  connectionId,
  planId,
  hash,
}))
export type PlanReference = z.infer<typeof planReference>
export const parsePlanValue = (value: string): PlanReference => planReference.parse(value.split(':'))

const syncMetadata = z.object({
  connectionId: z.guid(),
  planId: z.guid(),
  hash: z.hex(),
  chosen: z.string().transform(unpackChosen).nullable(),
})
export type SyncMetadata = z.infer<typeof syncMetadata>
export const parseSyncMetadata = (metadata: string): SyncMetadata => syncMetadata.parse(JSON.parse(metadata))

/** Chosen people of a plan that was overtaken: its rows are others now, so the choice is made again. */
export function chooseAgainView(connectionId: string, moved: Moved): ModalView {
  return modal({
    title: 'Sync Selected',
    blocks: [
      section(`${movedWords(moved, true)} Nothing was written.`),
      ...actions(button(`${SYNC_SELECTED}.turn`, 'Choose again', { value: connectionId, style: 'primary' })),
    ],
  })
}

/** True as well where nobody meets the conditions, or where people wait for an answer. */
export const NOTHING_TO_SYNC =
  'There is nothing to sync: nobody would be created or updated. /datasync shows how things stand.'

export const nothingToSyncView = (): ModalView =>
  modal({ title: 'Sync Now', blocks: [section(NOTHING_TO_SYNC)] })

export const decidedView = (words: string): ModalView =>
  modal({ title: 'Sync Now', blocks: [section(words)] })

export const closedCard = (userId: string): Message =>
  paragraph(`<@${userId}> closed this. Nothing was written.`)

/** The same plan was shown again further down: one of the two keeps its buttons. */
export const movedCard = (): Message => paragraph('This plan was shown again below. Decide there.')
