import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { IDENTIFIERS, type Identifier, STANDARD_FIELDS } from '../../model.ts'
import { actions, button, context, divider, escapeText, modal, option, plain, section } from '../blocks.ts'
import { blockId, IDENTIFIER, MATCH, type Match } from './configure-draft.view.ts'
import { type RequestedSummary, requestedBlocks } from './configure-requested.view.ts'
import { type RowState, rowBlocks } from './configure-row.view.ts'
import { bold, count, plural } from './words.view.ts'

export const CONFIGURE_FORM = 'configure'
export const ADD_QUERY = 'configure.add'
export const ADD_GROUP = 'configure.add_group'
export const RECOUNT = 'configure.recount'
export const START_OVER = 'configure.start_over'
export const SEE_WHO = 'configure.who'
export const FIELDS = 'configure.fields'
export const LIMITS = 'configure.limits'

export type GroupState = { key: number; match: Match; rows: readonly RowState[]; room: boolean }

/** Whom the conditions as they stand in the window would cover. */
export type Scope =
  | { state: 'counted'; people: number; after: number; before: number | null; moved: number }
  | { state: 'incomplete' }
  | { state: 'unknown' }

export type ConfigureState = {
  label: string
  match: Match
  /** `null`: as saved, too many for a window. */
  items: readonly (RowState | GroupState)[] | null
  room: { row: boolean; group: boolean }
  scope: Scope
  identifier: Identifier
  figures: { people: number; having: number; sharing: number } | null
  /** Fields that HR does not simply write, and custom fields that are mapped. */
  exceptions: number
  mapped: number
  requested: RequestedSummary
  /** What has to be said first: somebody else saved meanwhile. */
  notice: string | null
  /** The saved conditions cannot be read: the rows are all new, and until they are saved nothing is synced. */
  unreadable: boolean
  connectionId: string
  metadata: unknown
}

/** Who is synced, by what they are recognised, and where to say which fields HR may write. */
export function configureView(state: ConfigureState): ModalView {
  return modal({
    title: 'Configure',
    callbackId: CONFIGURE_FORM,
    submit: 'Save',
    close: 'Cancel',
    metadata: state.metadata,
    blocks: [
      ...(state.notice === null ? [] : [section(escapeText(state.notice))]),
      ...(state.unreadable ? [section(`${UNREADABLE} ${EMPTY_HERE}`)] : []),
      ...conditionBlocks(state),
      scopeBlock(state.scope),
      divider,
      ...identifierBlocks(state),
      divider,
      ...elsewhere(state),
    ],
  })
}

const UNREADABLE =
  '*The saved conditions cannot be read.* Until you save new ones nothing is synced, and the register stays as it is.'
const EMPTY_HERE =
  'Here they start empty: add those you need, then Save puts what you see in place of the old ones.'

const WORDS: Record<Match, string> = { all: 'ALL of these', any: 'ANY of these' }
const MATCH_OPTIONS = (['all', 'any'] as const).map((match) => option(match, WORDS[match]))

function matchBlock(words: string, id: string, match: Match): SectionBlock {
  const chosen = MATCH_OPTIONS.find(({ value }) => value === match)
  const select = { type: 'static_select' as const, action_id: MATCH, options: MATCH_OPTIONS }
  return section(words, {
    blockId: id,
    accessory: chosen ? { ...select, initial_option: chosen } : select,
  })
}

function conditionBlocks({ items, label, match, room, unreadable }: ConfigureState): KnownBlock[] {
  if (items === null) {
    return [
      section(
        '*Sync if*\nThe saved conditions are too many to be edited here. They are kept as they are, unless you start over.',
      ),
      ...actions(button(START_OVER, 'Start over without conditions')),
    ]
  }
  return [
    ...(items.length === 0
      ? [section(`*Sync if*\n${noneWords(escapeText(label), unreadable)}`)]
      : [matchBlock('*Sync if* people match', blockId.match, match)]),
    ...items.flatMap((item) => ('rows' in item ? groupBlocks(item) : rowBlocks(item))),
    ...actions(
      room.row ? button(ADD_QUERY, 'Add query') : null,
      room.group ? button(ADD_GROUP, 'Add group') : null,
      items.length > 0 ? button(RECOUNT, 'Count again') : null,
    ),
    ...(room.row ? [] : [context('This is as many conditions as fit into a window.')]),
  ]
}

const noneWords = (name: string, unreadable: boolean): string =>
  unreadable
    ? `There are no conditions here. Saved like this, everybody in ${name} is synced.`
    : `There are no conditions: everybody in ${name} is synced.`

function groupBlocks({ key, match, room, rows }: GroupState): KnownBlock[] {
  const [number = ''] = rows[0]?.number.split('.') ?? []
  const add = button(ADD_QUERY, 'Add query to this group', {
    value: String(key),
    says: `Add query to group ${number}`,
  })
  return [
    matchBlock(`*${number}.* A group: people match`, blockId.group(key), match),
    ...rows.flatMap(rowBlocks),
    ...(room ? actions(add) : [context(`End of group ${number}`)]),
  ]
}

function scopeBlock(scope: Scope): SectionBlock {
  switch (scope.state) {
    case 'incomplete':
      return section(
        'Right now: complete the conditions, or remove those that cannot be used, to see how many people match.',
      )
    case 'unknown':
      return section(
        'The people who match could not be counted just now. What you entered is still here: press Count again.',
      )
    case 'counted': {
      const words =
        scope.people === 0
          ? 'Nobody was read from HR yet: Retrieve Now on Home reads them.'
          : scopeWords(scope)
      const accessory = scope.moved > 0 ? button(SEE_WHO, 'See who') : undefined
      return section(words, { accessory })
    }
    default:
      return scope satisfies never
  }
}

function scopeWords({ after, before, moved, people }: Extract<Scope, { state: 'counted' }>): string {
  const match = `Right now: ${bold(after)} of ${bold(people)} people ${plural(after, 'matches', 'match')}`
  if (before === null) return `${match}. The saved conditions cannot be used at the moment.`
  return `${match} (${difference(after - before, moved)})`
}

function difference(by: number, moved: number): string {
  if (moved === 0) return 'as saved'
  if (by === 0) return 'as many as saved, but others'
  return `${count(Math.abs(by))} ${by < 0 ? 'fewer' : 'more'} than saved`
}

function identifierBlocks({ figures, identifier }: ConfigureState): KnownBlock[] {
  const options = IDENTIFIERS.map((it) => option(it, STANDARD_FIELDS[it].label))
  const chosen = options.find(({ value }) => value === identifier)
  return [
    {
      type: 'input',
      block_id: blockId.identifier,
      label: plain('Stakeholder identifier'),
      hint: plain('It matches people to stakeholders the first time. Who is matched stays matched.'),
      dispatch_action: true,
      element: {
        type: 'static_select',
        action_id: IDENTIFIER,
        options,
        ...(chosen ? { initial_option: chosen } : {}),
      },
    },
    ...(figures === null ? [] : [context(figureWords(figures))]),
  ]
}

function figureWords({ having, people, sharing }: NonNullable<ConfigureState['figures']>): string {
  if (people === 0) return 'How many people have one is counted among those who match: nobody, right now.'
  const has = `${bold(having)} of ${bold(people)} ${plural(people, 'person', 'people')} ${plural(having, 'has', 'have')} one`
  return sharing === 0
    ? `${has}, nobody shares one`
    : `${has}, ${bold(sharing)} ${plural(sharing, 'shares', 'share')} one with somebody`
}

function elsewhere({ connectionId, exceptions, label, mapped, requested }: ConfigureState): KnownBlock[] {
  const owners =
    exceptions === 0
      ? 'HR writes every standard field'
      : `${bold(exceptions)} standard ${plural(exceptions, 'field has a rule of its', 'fields have rules of their')} own`
  const custom =
    mapped === 0 ? '' : ` · ${bold(mapped)} requested HR ${plural(mapped, 'field', 'fields')} mapped`
  return [
    section(`*Import settings*\n${owners}${custom}`, {
      accessory: button(FIELDS, 'Fields and owners', { value: connectionId }),
    }),
    ...requestedBlocks(requested, { connectionId, label }),
    section('*Limits*\nA plan that goes over one of them is held until a person lets it through.', {
      accessory: button(LIMITS, 'Limits'),
    }),
  ]
}
