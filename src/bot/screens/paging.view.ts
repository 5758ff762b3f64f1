import type { KnownBlock, StaticSelect } from '@slack/types'
import { z } from 'zod'
import { PLAN_KINDS, type PlanCounts, type PlanKind } from '../../model.ts'
import { actions, button, option, plain } from '../blocks.ts'
import type { FormValues } from './form.view.ts'
import { countOf, KIND_LABELS } from './plan.view.ts'
import { count } from './words.view.ts'

/** What every list of people has: a search, pages of ten, and for a plan the kind of change. */
export const PAGE = 10

export const SEARCH_BLOCK = 'search'

const MAX_SEARCH = 100

/**
 * @param onEnter the action of the Enter key, where the window's own button does something else than search
 * @param typed what was searched for already when the window opens
 */
export const searchInput = (onEnter?: string, typed = ''): KnownBlock => ({
  type: 'input',
  block_id: SEARCH_BLOCK,
  optional: true,
  label: plain('Search'),
  ...(onEnter === undefined ? {} : { dispatch_action: true }),
  element: {
    type: 'plain_text_input',
    action_id: onEnter ?? 'search',
    placeholder: plain(onEnter === undefined ? 'Name or email' : 'Name or email, then Enter'),
    max_length: MAX_SEARCH,
    ...(typed === '' ? {} : { initial_value: typed.slice(0, MAX_SEARCH) }),
    ...(onEnter === undefined
      ? {}
      : { dispatch_action_config: { trigger_actions_on: ['on_enter_pressed' as const] } }),
  },
})

export const parseSearch = (values: FormValues): string =>
  Object.values(values[SEARCH_BLOCK] ?? {})
    .map(({ value }) => value?.trim() ?? '')
    .join('')

/** "1-10 of 14"; words for an empty list say why it is empty. */
export function rangeWords(page: { offset: number; shown: number; total: number }, search: string): string {
  if (page.total === 0) return search === '' ? 'Nobody.' : `Nobody matches “${search}”.`
  return `${count(page.offset + 1)}-${count(page.offset + page.shown)} of ${count(page.total)}`
}

export function pageButtons(
  actionId: string,
  page: { offset: number; shown: number; total: number },
): KnownBlock[] {
  const before = page.offset - PAGE
  const after = page.offset + page.shown
  return actions(
    page.offset > 0 ? button(`${actionId}.back`, 'Back', { value: String(Math.max(0, before)) }) : null,
    after < page.total && page.shown > 0
      ? button(`${actionId}.next`, 'Next', { value: String(after) })
      : null,
  )
}

/** Slack calls a select's choice by its value; a kind that has nobody is not offered, but the open one is. */
export function kindSelect(
  actionId: string,
  kinds: readonly PlanKind[],
  counts: PlanCounts,
  current: PlanKind,
): StaticSelect {
  const options = kinds
    .filter((kind) => countOf(counts, kind) > 0 || kind === current)
    .map((kind) => option(kind, `${KIND_LABELS[kind]} (${count(countOf(counts, kind))})`))
  const initial = options.find(({ value }) => value === current)
  return {
    type: 'static_select',
    action_id: actionId,
    options,
    ...(initial ? { initial_option: initial } : {}),
  }
}

export const planKind = z.enum(PLAN_KINDS)
export const parseOffset = (value: string): number => z.coerce.number().int().min(0).catch(0).parse(value)
