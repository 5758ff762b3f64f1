import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import type { RegisterFields } from '../../model.ts'
import { actions, button, modal, plainContext, plainSection, section, truncate } from '../blocks.ts'
import { STAKEHOLDER, SYNC_NOW } from './ids.view.ts'
import { rangeWords, searchInput } from './paging.view.ts'
import { fieldText } from './plan.view.ts'
import { bold, plural } from './words.view.ts'

export const STAKEHOLDERS_FORM = 'stakeholders'
export const STAKEHOLDERS_PAGE = 'stakeholders.page'

/** One stakeholder as the register has them, and the connection that last wrote them. */
export type Stakeholder = {
  stakeholderId: string
  name: string
  fields: RegisterFields
  updatedAt: Date
  source: { label: string; syncedAt: Date | null } | null
}

export type StakeholdersState = {
  total: number
  search: string
  offset: number
  items: readonly Stakeholder[]
  /** Opaque: where the next page starts; `null` at the end. */
  next: string | null
  connected: boolean
}

/** The register, ten at a time, with its own way to sync. */
export function stakeholdersView(state: StakeholdersState): ModalView {
  const { items, offset, search, total } = state
  const found = search === '' ? '' : ' found'
  const sync = state.connected ? button(SYNC_NOW, 'Sync from HR', { style: 'primary' }) : undefined
  return modal({
    title: 'Stakeholders',
    callbackId: STAKEHOLDERS_FORM,
    submit: 'Search',
    blocks: [
      section(`${bold(total)} ${plural(total, 'stakeholder', 'stakeholders')}${found}`, { accessory: sync }),
      searchInput(undefined, search),
      ...(total === 0 && search === ''
        ? [section('Nobody is in the register yet. They come here with the first sync.')]
        : [plainContext(rangeWords({ offset, shown: items.length, total }, search))]),
      ...items.map(rowBlock),
      ...paging(state),
    ],
  })
}

function rowBlock({ stakeholderId, name, fields, source }: Stakeholder): SectionBlock {
  const { jobTitle, status } = fields
  const facts = [
    jobTitle,
    status === undefined ? null : fieldText('status', status),
    source ? `from ${source.label}` : null,
  ]
  const line = facts.filter((it) => typeof it === 'string').join(' · ')
  const accessory = button(STAKEHOLDER, 'Open', { value: stakeholderId, says: `Open ${name}` })
  return plainSection(truncate(`${name}\n${line}`.trim(), 300), { accessory })
}

/** A list of any length is walked forward by its cursor; back is to the start. */
function paging({ next, offset, items }: StakeholdersState): KnownBlock[] {
  return actions(
    offset > 0 ? button(`${STAKEHOLDERS_PAGE}.first`, 'First page', { value: '0:' }) : null,
    next === null
      ? null
      : button(`${STAKEHOLDERS_PAGE}.next`, 'Next', { value: `${offset + items.length}:${next}` }),
  )
}

/** `<position>:<cursor>` of a page button. */
export function parseStakeholdersPage(value: string): { offset: number; after: string | null } {
  const [, digits, cursor] = /^(\d{1,9}):(.*)$/s.exec(value) ?? []
  return { offset: Number(digits ?? 0), after: cursor === undefined || cursor === '' ? null : cursor }
}
