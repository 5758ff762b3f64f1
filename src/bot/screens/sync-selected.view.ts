import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import type { PlanKind } from '../../model.ts'
import { context, escapeText, modal, option, plain, plainContext, section } from '../blocks.ts'
import { type Chosen, MAX_CHOSEN, mergeChosen, packChosen, packOne, unpackChosen } from './chosen.view.ts'
import type { FormValues } from './form.view.ts'
import {
  kindSelect,
  pageButtons,
  parseSearch,
  planKind,
  rangeWords,
  SEARCH_BLOCK,
  searchInput,
} from './paging.view.ts'
import { type PlanRow, type PlanSummary, rowWords } from './plan.view.ts'
import { bold, count, plural, slackDate } from './words.view.ts'

export const CHOOSE_FORM = 'choose'
export const CHOOSE_KIND = 'choose.kind'
export const CHOOSE_PAGE = 'choose.page'
export const CHOOSE_SEARCH = 'choose.search'
export const CHOOSE_PEOPLE = 'choose.people'

/** What a sync writes and so what can be picked for one. */
export const PICKABLE_KINDS = ['create', 'update', 'left', 'returned'] as const satisfies PlanKind[]

export type ChooseState = {
  connectionId: string
  label: string
  plan: PlanSummary
  kind: PlanKind
  search: string
  page: { offset: number; shown: number; total: number }
  items: readonly PlanRow[]
  chosen: readonly Chosen[]
}

/** Tick people, page by page; each tick is counted at once, and what was ticked on other pages is remembered. */
export function chooseView(state: ChooseState): ModalView {
  const { chosen, items, kind, page, plan, search } = state
  return modal({
    title: 'Sync Selected',
    callbackId: CHOOSE_FORM,
    submit: 'Sync Selected',
    close: 'Cancel',
    metadata: metadataOf(state),
    blocks: [
      section(`Choose people from ${escapeText(state.label)} · ${chosenWords(chosen)}`, {
        blockId: 'kind',
        accessory: kindSelect(CHOOSE_KIND, PICKABLE_KINDS, plan.counts, kind),
      }),
      searchInput(CHOOSE_SEARCH),
      plainContext(rangeWords(page, search)),
      ...(items.length === 0 ? [] : [people(items, chosen)]),
      ...pageButtons(CHOOSE_PAGE, page),
      context(`Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)} · nothing is written yet`),
    ],
  })
}

const chosenWords = (chosen: readonly Chosen[]): string =>
  chosen.length >= MAX_CHOSEN
    ? `${bold(chosen.length)} chosen, which is all that fits: Sync Now takes everybody`
    : `${bold(chosen.length)} ${plural(chosen.length, 'person', 'people')} chosen`

/** Its own block_id per page: Slack would otherwise carry the ticks of one page over to the next. */
function people(items: readonly PlanRow[], chosen: readonly Chosen[]): KnownBlock {
  const before = new Set(chosen.map(({ ordinal }) => ordinal))
  const options = items.map((row) => ({ row, option: option(markOf(row), row.name, rowWords(row)) }))
  const ticked = options.filter(({ row }) => before.has(row.ordinal)).map((it) => it.option)
  return {
    type: 'input',
    block_id: blockIdOf(items.map(({ ordinal }) => ordinal)),
    optional: true,
    dispatch_action: true,
    label: plain(`People (${count(items.length)} on this page)`),
    element: {
      type: 'checkboxes',
      action_id: CHOOSE_PEOPLE,
      options: options.map((it) => it.option),
      ...(ticked.length === 0 ? {} : { initial_options: ticked }),
    },
  }
}

const markOf = ({ ordinal, kind }: PlanRow): string => packOne({ ordinal, creates: kind === 'create' })
const blockIdOf = (page: readonly number[]): string => `people:${page.join(',')}`

const metadataOf = ({ chosen, connectionId, items, kind, page, plan }: ChooseState) => ({
  connectionId,
  planId: plan.planId,
  hash: plan.hash,
  kind,
  page: items.map(({ ordinal }) => ordinal),
  place: { offset: page.offset, total: page.total },
  chosen: packChosen(chosen),
})

const chooseMetadata = z.object({
  connectionId: z.guid(),
  planId: z.guid(),
  hash: z.hex(),
  kind: planKind,
  page: z.array(z.int()),
  place: z.object({ offset: z.int(), total: z.int() }),
  chosen: z.string().transform(unpackChosen),
})

/** Where the person is and everybody they ticked so far, this page included. */
export function parseChoose(metadata: string, values: FormValues) {
  const { chosen, ...rest } = chooseMetadata.parse(JSON.parse(metadata))
  return { ...rest, search: parseSearch(values), chosen: mergeChosen(chosen, rest.page, tickedIn(values)) }
}

function tickedIn(values: FormValues): Chosen[] {
  const options = Object.values(values).flatMap((block) => block[CHOOSE_PEOPLE]?.selected_options ?? [])
  return options.flatMap(({ value }) => unpackChosen(value))
}

/** Nobody ticked, on this page or another: said at the field, with the window as it was. */
export function checkChoice({ metadata, values }: { metadata: string; values: FormValues }) {
  if (parseChoose(metadata, values).chosen.length > 0) return null
  const block = Object.keys(values).find((id) => id.startsWith('people:')) ?? SEARCH_BLOCK
  return { [block]: 'Choose at least one person.' }
}
