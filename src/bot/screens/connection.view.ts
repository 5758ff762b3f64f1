import type { KnownBlock, SectionBlock } from '@slack/types'
import type { PlanKind } from '../../model.ts'
import { actions, button, escapeText, section } from '../blocks.ts'
import { type Held, heldBlocks, heldSentence } from './held-words.view.ts'
import { CONFIGURE, CONNECT, PREVIEW, RESOLVE, RETRIEVE, SYNC_NOW, SYNC_SELECTED } from './ids.view.ts'
import { type PlanSummary, planNumbers } from './plan.view.ts'
import { bold, count, plural, slackDate } from './words.view.ts'

/** One connection on Home: its health, and what its plan would do. */
export type ConnectionState = {
  connectionId: string
  /** The vendor's own spelling. */
  label: string
  status: 'active' | 'broken' | 'removed'
  problem: string | null
  people: number
  meetConditions: number
  lastGood: { at: Date } | null
  /** Its message also says what is kept. */
  lastFailure: { at: Date; message: string; remedy: string | null } | null
  running: { peopleRead: number; peopleExpected: number | null } | null
  nextAt: Date
  plan: PlanSummary | null
  /** Why there is no plan: a condition that can no longer be used. */
  planProblem: { message: string; remedy: string | null } | null
  /** Custom fields that nobody came with, a sentence each: probably a missing permission. */
  fieldProblems: readonly string[]
  /** What a brake holds the plan for. */
  held: Held | null
}

const OLD_AFTER_MS = 2 * 24 * 60 * 60 * 1000

export const isOld = ({ lastGood }: ConnectionState, now: Date): boolean =>
  lastGood !== null && now.getTime() - lastGood.at.getTime() > OLD_AFTER_MS

export const needsAPerson = (connection: ConnectionState, now: Date): boolean =>
  connection.status === 'broken' ||
  connection.lastFailure !== null ||
  connection.planProblem !== null ||
  isOld(connection, now)

/** "Reading from HiBob: 120 people so far" */
export function readingWords(label: string, running: NonNullable<ConnectionState['running']>): string {
  const { peopleRead, peopleExpected } = running
  const of = peopleExpected === null ? '' : ` of about ${bold(peopleExpected)}`
  return `Reading from ${escapeText(label)}: ${bold(peopleRead)}${of} ${plural(peopleRead, 'person', 'people')} so far`
}

/** "The last good data, from yesterday at 06:12, is kept." */
export const keptWords = (lastGood: { at: Date } | null): string =>
  lastGood === null
    ? 'Nothing was read yet, and nothing was changed.'
    : `The last good data, from ${slackDate(lastGood.at)}, is kept.`

/** The whole of one connection: what needs a person, health, counts, and the buttons. */
export function connectionBlocks(connection: ConnectionState, now: Date): KnownBlock[] {
  const attention = attentionBlock(connection, now, 'primary')
  return [
    ...(attention ? [attention] : []),
    health(connection, attention !== null),
    ...(connection.lastGood === null || connection.planProblem !== null
      ? []
      : [section(peopleWords(connection))]),
    ...fieldProblemBlocks(connection),
    ...(connection.plan ? planBlocks(connection, connection.plan, attention === null) : []),
  ]
}

/** One of several connections: one line, its numbers, its buttons. */
export function connectionLine(connection: ConnectionState, now: Date): KnownBlock[] {
  const { connectionId: value, fieldProblems, plan, label } = connection
  const attention = attentionBlock(connection, now, undefined)
  const held = connection.held === null ? '' : `\n${heldSentence(connection.held)}`
  const numbers = plan ? `\n${capitalised(planNumbers(plan.counts))}` : ''
  const missing =
    fieldProblems.length === 0
      ? ''
      : `\n${bold(fieldProblems.length)} custom ${plural(fieldProblems.length, 'field', 'fields')} came for nobody: see Configure`
  const line = section(`${healthWords(connection)}${numbers}${held}${missing}`)
  return [
    ...(attention ? [attention] : []),
    line,
    ...actions(
      plan && plan.toApply > 0
        ? button(SYNC_NOW, 'Sync Now', { value, says: `Sync Now from ${label}` })
        : null,
      plan ? button(PREVIEW, 'Preview', { value, says: `Preview of ${label}` }) : null,
      attention || connection.running ? null : retrieveNow(connection),
    ),
  ]
}

/** Everything else goes on without these fields, so a few lines say it and no button shouts. */
const MAX_FIELD_PROBLEMS = 3

function fieldProblemBlocks({ fieldProblems }: ConnectionState): SectionBlock[] {
  const shown = fieldProblems.slice(0, MAX_FIELD_PROBLEMS).map(escapeText)
  const rest = fieldProblems.length - shown.length
  const lines = [
    ...shown,
    ...(rest > 0 ? [`${count(rest)} more fields came for nobody: see Configure.`] : []),
  ]
  return lines.length === 0 ? [] : [section(lines.join('\n'))]
}

const retrieveNow = ({ connectionId: value, label }: ConnectionState, style?: 'primary') =>
  button(RETRIEVE, 'Retrieve Now', { value, says: `Retrieve Now from ${label}`, ...(style ? { style } : {}) })

function attentionBlock(
  connection: ConnectionState,
  now: Date,
  style: 'primary' | undefined,
): SectionBlock | null {
  const {
    connectionId: value,
    lastFailure,
    lastGood,
    label,
    planProblem,
    problem,
    running,
    status,
  } = connection
  if (running) return null
  const name = escapeText(label)
  const kept = keptWords(lastGood)
  if (status === 'broken') {
    const reconnect = button(CONNECT, 'Reconnect', {
      value,
      ...(style ? { style } : {}),
      says: `Reconnect ${label}`,
    })
    const why = escapeText(problem ?? `${label} no longer accepts the key.`)
    return section(`*${name} needs to be reconnected*\n${why} ${kept}`, { accessory: reconnect })
  }
  const accessory = retrieveNow(connection, style)
  if (lastFailure) {
    const words = escapeText([lastFailure.message, lastFailure.remedy ?? ''].join(' ').trim())
    return section(`*The last retrieval from ${name} failed, ${slackDate(lastFailure.at)}*\n${words}`, {
      accessory,
    })
  }
  if (planProblem) {
    const configure = button(CONFIGURE, 'Configure', {
      value,
      ...(style ? { style } : {}),
      says: `Configure ${label}`,
    })
    const words = escapeText([planProblem.message, planProblem.remedy ?? ''].join(' ').trim())
    return section(`*A condition for ${name} can no longer be used*\n${words}`, { accessory: configure })
  }
  if (isOld(connection, now)) {
    return section(
      `*The data from ${name} is older than two days*\n${kept} Retrieve it again before you sync.`,
      {
        accessory,
      },
    )
  }
  return null
}

function health(connection: ConnectionState, attended: boolean): SectionBlock {
  const accessory = attended || connection.running ? undefined : retrieveNow(connection)
  return section(healthWords(connection), { accessory })
}

function healthWords({ label, lastGood, nextAt, running, status }: ConnectionState): string {
  const parts = [`*${escapeText(label)}*`]
  if (running) parts.push(readingWords(label, running))
  if (lastGood) parts.push(`retrieved ${slackDate(lastGood.at)}`)
  else if (!running) parts.push('nothing retrieved yet')
  if (!running && status === 'active') parts.push(`next ${slackDate(nextAt)}`)
  return parts.join(' · ')
}

function peopleWords({ label, people, meetConditions }: ConnectionState): string {
  const inHr = `${bold(people)} ${plural(people, 'person', 'people')} in ${escapeText(label)}`
  if (people > 0 && meetConditions === 0) return `${inHr}, and nobody meets your conditions`
  return `${inHr} · ${bold(meetConditions)} ${plural(meetConditions, 'meets', 'meet')} your conditions`
}

/** A count, what it means, and the button that opens the people behind it. */
const ROWS: readonly { kind: PlanKind; words: (n: number, label: string) => string; open: string }[] = [
  { kind: 'create', words: () => 'will be created', open: 'See who' },
  { kind: 'update', words: () => 'will be updated', open: 'See what changes' },
  {
    kind: 'left',
    words: (n) => `${plural(n, 'has', 'have')} left: status and end date will be recorded`,
    open: 'See who',
  },
  { kind: 'returned', words: (n) => `${plural(n, 'has', 'have')} returned`, open: 'See who' },
  {
    kind: 'conflict',
    words: (n) => `${plural(n, 'needs', 'need')} a look, and ${plural(n, 'waits', 'wait')} until then`,
    open: 'Resolve',
  },
  {
    kind: 'out_of_conditions',
    words: (n) => `no longer ${plural(n, 'meets', 'meet')} your conditions, left as they are`,
    open: 'See who',
  },
  {
    kind: 'vanished',
    words: (n, label) => `${plural(n, 'is', 'are')} missing from ${escapeText(label)}, left as they are`,
    open: 'See who',
  },
  { kind: 'skip', words: (n) => `${plural(n, 'is', 'are')} left out`, open: 'See why' },
  {
    kind: 'link',
    words: (n) => `${plural(n, 'matches', 'match')} a stakeholder who is already right`,
    open: 'See who',
  },
]

function planBlocks(connection: ConnectionState, plan: PlanSummary, primary: boolean): KnownBlock[] {
  const { connectionId, held, label } = connection
  const style = primary ? 'primary' : undefined
  const always = plan.toApply > 0 ? ['create', 'update'] : []
  const rows = ROWS.filter(({ kind }) => plan.counts[kind] > 0 || always.includes(kind)).map(
    ({ kind, words, open }) => {
      const n = plan.counts[kind]
      const press = kind === 'conflict' ? RESOLVE : PREVIEW
      const accessory = button(press, open, {
        value: kind === 'conflict' ? connectionId : `${connectionId}:${kind}`,
        says: `${open}: ${count(n)} ${words(n, label)}`,
      })
      return section(`${bold(n)} ${words(n, label)}`, n > 0 ? { accessory } : {})
    },
  )
  const value = connectionId
  const buttons = [
    held === null ? button(SYNC_NOW, 'Sync Now', { value, ...(style ? { style } : {}) }) : null,
    button(SYNC_SELECTED, 'Sync Selected', { value }),
  ]
  return [
    ...(held === null ? [] : heldBlocks(held, { connectionId, planId: plan.planId }, style)),
    ...(plan.toApply === 0
      ? [section(`*${capitalised(planNumbers(plan.counts).replaceAll('*', ''))}*`)]
      : []),
    ...rows,
    ...(plan.counts.unchanged === 0 ? [] : [section(unchangedWords(plan.counts.unchanged))]),
    ...(plan.toApply === 0 ? [] : actions(...buttons)),
  ]
}

const unchangedWords = (n: number): string => `${bold(n)} ${plural(n, 'is', 'are')} unchanged`

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
