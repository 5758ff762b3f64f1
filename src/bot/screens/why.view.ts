import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { APPLIED_KINDS, type FieldChanges, type PlanKind } from '../../model.ts'
import {
  actions,
  button,
  context,
  divider,
  escapeText,
  modal,
  mrkdwn,
  plain,
  plainSection,
  truncate,
} from '../blocks.ts'
import { RESOLVE, WHY } from './ids.view.ts'
import { searchInput } from './paging.view.ts'
import { HEADLINES } from './person.view.ts'
import { fieldLabel, fieldText, inReadingOrder } from './plan.view.ts'
import { whyPerson } from './why-subject.view.ts'
import { count, listed, slackDate } from './words.view.ts'

export const WHY_FORM = 'why'

const MAX_LINES = 30
/** Shared by what is written and what waits, where there is both. */
const MAX_FIELDS = 50

export type WhyCondition = {
  text: string
  actual: string
  passes: boolean | null
  /** Within a group: which one, and how it is read. */
  group: { number: number; match: 'all' | 'any' } | null
}
export type WhyOutcome = { kind: PlanKind; reasonText: string | null; fields: FieldChanges }

/** Why one person is in the plan or not, as the engine that draws it up explains it. */
export type WhyState = {
  /** By conditions that nobody saved: what would follow if they were. */
  unsaved: boolean
  connectionId: string
  label: string
  name: string
  retrievedAt: Date | null
  /** This one person, since then. */
  readAgainAt: Date | null
  vanishedAt: Date | null
  /** Why the record could not be read. */
  problem: string | null
  conditions: { match: 'all' | 'any'; lines: readonly WhyCondition[]; passes: boolean | null } | null
  /** "work email" */
  identifier: string
  identifierValue: string | null
  /** `more`: whom there was no room to name. */
  match: { how: 'linked' | 'decision' | 'identifier' | 'none'; names: readonly string[]; more: number }
  outcomes: readonly WhyOutcome[]
}

export function whyView(state: WhyState): ModalView {
  return modal({
    title: 'Why',
    blocks: [
      plainSection(question(state)),
      ...(state.unsaved ? [context(UNSAVED)] : []),
      pair('Retrieved', retrievedWords(state)),
      ...(state.problem === null ? [] : [pair('Problem', plain(state.problem, 2000))]),
      ...conditionBlocks(state),
      pair('Match', plain(matchWords(state), 2000)),
      divider,
      ...soBlocks(state),
      ...wayOn(state),
    ],
  })
}

const UNSAVED =
  'This goes by the conditions as you entered them. They are not saved: until then the saved ones hold.'

function question({ name, outcomes, unsaved }: WhyState): string {
  const isIn = outcomes.some(({ kind }) => APPLIED_KINDS.some((it) => it === kind))
  const who = `${truncate(name, 200)} ${isIn ? '' : 'not '}`
  return unsaved ? `Why would ${who}be in the plan?` : `Why is ${who}in the plan?`
}

type Words = ReturnType<typeof plain> | ReturnType<typeof mrkdwn>

/** Two columns, or one below the other on a telephone, where the label has to stand out. */
const pair = (label: string, value: Words | string): SectionBlock =>
  columns(mrkdwn(`*${escapeText(label)}*`), typeof value === 'string' ? mrkdwn(value) : value)

const columns = (left: Words, right: Words): SectionBlock => ({ type: 'section', fields: [left, right] })

function retrievedWords({ label, readAgainAt, retrievedAt, vanishedAt }: WhyState): string {
  if (vanishedAt !== null)
    return `missing from ${escapeText(truncate(label, 100))} since ${slackDate(vanishedAt)}`
  if (retrievedAt === null) return 'not yet'
  const again = readAgainAt === null ? '' : `; this person again ${slackDate(readAgainAt)}`
  return `${slackDate(retrievedAt)} from ${escapeText(truncate(label, 100))}, complete${again}`
}

const PASSES = (passes: boolean | null): string => (passes === null ? 'cannot tell' : passes ? 'yes' : 'no')
const MATCHES = { all: 'ALL', any: 'ANY' } as const

function conditionBlocks({ conditions, unsaved }: WhyState): KnownBlock[] {
  if (conditions === null) return []
  const { lines, match, passes } = conditions
  const label = unsaved ? 'Sync if, not saved' : 'Sync if'
  if (lines.length === 0) return [pair(label, plain('no conditions: everybody'))]
  const hidden = lines.length - MAX_LINES
  const groupWords = ({ group }: WhyCondition) =>
    group === null ? '' : `Group ${group.number}, ${MATCHES[group.match]}: `
  return [
    pair(label, plain(`${MATCHES[match]} of these: ${PASSES(passes)}`)),
    ...lines
      .slice(0, MAX_LINES)
      .map((line) =>
        columns(
          plain(truncate(`${groupWords(line)}${line.text}`, 300)),
          plain(`${truncate(line.actual, 300)} · ${PASSES(line.passes)}`),
        ),
      ),
    ...(hidden > 0 ? [context(`${count(hidden)} more conditions are not shown.`)] : []),
  ]
}

function matchWords({ identifier, identifierValue, match }: WhyState): string {
  const { how, names, more } = match
  const who =
    more === 0 ? truncate(listed(names), 500) : `${truncate(names.join(', '), 480)} and ${count(more)} more`
  if (how === 'linked') return `stakeholder ${who}, matched at an earlier sync`
  if (how === 'decision') return `stakeholder ${who}, by a decision that you can revoke`
  if (how === 'identifier') return `stakeholder ${who}, by ${identifier}`
  return identifierValue === null
    ? `nobody: no ${identifier} in HR`
    : `nobody has the ${identifier} ${identifierValue}`
}

function soBlocks(state: WhyState): KnownBlock[] {
  const so = state.unsaved ? 'So, once saved' : 'So'
  if (state.outcomes.length === 0) return [pair(so, plain(nothingWords(state)))]
  const room = Math.floor(MAX_FIELDS / state.outcomes.length)
  return state.outcomes.flatMap(({ fields, kind, reasonText }) => {
    const changes = inReadingOrder(fields)
    const hidden = changes.length - room
    return [
      pair(so, plain([HEADLINES[kind], reasonText ?? ''].join(' ').trim(), 2000)),
      ...changes.slice(0, room).map(([key, { after, before }]) => {
        const was = kind === 'create' ? '' : `${truncate(fieldText(key, before), 300)}  →  `
        return pair(truncate(fieldLabel(key), 200), plain(`${was}${truncate(fieldText(key, after), 300)}`))
      }),
      ...(hidden > 0 ? [context(`${count(hidden)} more fields are not shown.`)] : []),
    ]
  })
}

/**
 * Of what is saved only: the list is that of the plan. In the same window: below a list and a person this is the
 * third, and Slack takes no fourth.
 */
const wayOn = ({ connectionId, outcomes, unsaved }: WhyState): KnownBlock[] =>
  !unsaved && outcomes.some(({ kind }) => kind === 'conflict')
    ? actions(
        button(`${RESOLVE}.turn`, 'Resolve', { value: connectionId, says: 'Resolve: all that need a look' }),
      )
    : []

function nothingWords({ conditions, vanishedAt }: WhyState): string {
  if (vanishedAt !== null)
    return 'Nothing is done: no longer in HR, and the register has nothing to learn from it.'
  if (conditions?.passes === false) return 'Nothing is done: outside your conditions.'
  return 'Nothing changes: the register has what HR says already.'
}

export type WhyCandidate = { connectionId: string; recordId: string; name: string; detail: string }

/** Whom do you mean: nobody was named, nobody was found, or several were. */
export const whoDoYouMeanView = (words: string, found: readonly WhyCandidate[], typed = ''): ModalView =>
  modal({
    title: 'Why',
    callbackId: WHY_FORM,
    submit: 'Look up',
    blocks: [
      searchInput(undefined, typed),
      plainSection(words),
      ...found.map(({ detail, name, ...person }) =>
        plainSection(truncate(`${name}\n${detail}`.trim(), 300), {
          accessory: button(`${WHY}.turn`, 'Why?', { value: whyPerson(person), says: `Why? About ${name}` }),
        }),
      ),
    ],
  })
