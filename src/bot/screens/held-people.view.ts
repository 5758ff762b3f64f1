import type { ModalView } from '@slack/types'
import { z } from 'zod'
import { context, modal, plainContext, plainSection, section, truncate } from '../blocks.ts'
import { pageButtons, rangeWords } from './paging.view.ts'
import { type PlanRow, type PlanSummary, rowWords } from './plan.view.ts'
import { slackDate } from './words.view.ts'

export const HELD_PAGE = 'held.page'

export type HeldPeopleState = {
  connectionId: string
  plan: PlanSummary
  brake: string
  what: string
  page: { offset: number; shown: number; total: number }
  items: readonly PlanRow[]
}

/** The people that one brake counted, before and after, ten at a time. */
export function heldPeopleView({ connectionId, plan, brake, what, page, items }: HeldPeopleState): ModalView {
  return modal({
    title: 'Held',
    close: 'Back',
    metadata: { connectionId, planId: plan.planId, brake },
    blocks: [
      section('*Nothing has been written.*'),
      plainSection(what),
      plainContext(rangeWords(page, '')),
      ...items.map((row) => plainSection(truncate(`${row.name}\n${rowWords(row)}`.trim(), 300))),
      ...pageButtons(HELD_PAGE, page),
      context(`Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)}`),
    ],
  })
}

const heldPeople = z.object({ connectionId: z.guid(), planId: z.guid(), brake: z.string() })
export type HeldPeople = z.infer<typeof heldPeople>

export const parseHeldPeople = (metadata: string): HeldPeople => heldPeople.parse(JSON.parse(metadata))

/** `<connection>:<plan>:<brake>` of the button. */
export function parseHeldButton(value: string): HeldPeople {
  const [connectionId, planId, brake] = value.split(':')
  return heldPeople.parse({ connectionId, planId, brake })
}
