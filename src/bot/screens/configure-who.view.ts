import type { KnownBlock, ModalView, StaticSelect } from '@slack/types'
import { z } from 'zod'
import {
  actions,
  button,
  context,
  modal,
  option,
  plainContext,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { WHY } from './ids.view.ts'
import { pageButtons, rangeWords } from './paging.view.ts'
import { whyUnsaved } from './why-subject.view.ts'
import { bold, count, plural } from './words.view.ts'

export const WHO_SIDE = 'configure.who_side'
export const WHO_PAGE = 'configure.who_page'

const SIDES = ['in', 'out'] as const
export type Side = (typeof SIDES)[number]

export type Who = {
  /** The conditions that are looked at, as the engine keeps them while they are unsaved. */
  draftId: string
  side: Side
  inTotal: number
  outTotal: number
  offset: number
  items: readonly { recordId: string; name: string; detail: string }[]
}

/** Who would come into the conditions, and who would go out of them, by name. Nothing is saved by looking. */
export function whoView(state: Who): ModalView {
  const { draftId, inTotal, items, offset, outTotal, side } = state
  const total = side === 'in' ? inTotal : outTotal
  const page = { offset, shown: items.length, total }
  return modal({
    title: 'Who changes',
    close: 'Back',
    metadata: { draftId, side },
    blocks: [
      section(
        `${bold(inTotal)} ${plural(inTotal, 'person comes', 'people come')} in · ${bold(outTotal)} ${plural(outTotal, 'person goes', 'people go')} out. Stakeholders who are there already stay as they are.`,
      ),
      ...(inTotal === 0 || outTotal === 0 ? [] : actions(sideSelect(state))),
      plainContext(`${SIDE_WORDS[side]}: ${rangeWords(page, '')}`),
      ...items.map((person) => row(draftId, person)),
      ...pageButtons(WHO_PAGE, page),
      context('These conditions are not saved. Why? goes by them all the same.'),
    ],
  })
}

const SIDE_WORDS: Record<Side, string> = { in: 'Come in', out: 'Go out' }

function sideSelect({ inTotal, outTotal, side }: Who): StaticSelect {
  const all = {
    in: option('in', `Come in (${count(inTotal)})`),
    out: option('out', `Go out (${count(outTotal)})`),
  }
  return {
    type: 'static_select',
    action_id: WHO_SIDE,
    options: SIDES.map((it) => all[it]),
    initial_option: all[side],
  }
}

function row(draftId: string, { detail, name, recordId }: Who['items'][number]): KnownBlock {
  return plainSection(truncate(`${name}\n${detail}`.trim(), 300), {
    accessory: button(WHY, 'Why?', {
      value: whyUnsaved({ draftId, recordId }),
      says: `Why? About ${name}`,
    }),
  })
}

export const parseSide = (value: string): Side => z.enum(SIDES).catch('in').parse(value)

const whoMetadata = z.object({ draftId: z.guid(), side: z.enum(SIDES) })
export const parseWhoMetadata = (metadata: string) => whoMetadata.parse(JSON.parse(metadata))
