import type { KnownBlock } from '@slack/types'
import type { PlanKind } from '../../model.ts'
import { actions, button, escapeText, option, overflow, section, truncate } from '../blocks.ts'
import { type Attention, attentionBlocks, attentionOf, retrieveNow } from './attention.view.ts'
import { conflictWords } from './conflicts.view.ts'
import type { ConnectionState } from './connection-state.view.ts'
import { healthWords, peopleWords, syncingWords } from './connection-words.view.ts'
import { fieldProblemBlocks, fieldProblemWords } from './field-problems.view.ts'
import { heldBlocks, heldSentence } from './held-words.view.ts'
import { MORE, PREVIEW, RESOLVE, RETRIEVE, SYNC_NOW, SYNC_SELECTED } from './ids.view.ts'
import { heldFieldBlocks, heldFieldsLine } from './lost-fields.view.ts'
import { countOf, type PlanSummary, planNumbers } from './plan.view.ts'
import { bold, capitalised, count, plural } from './words.view.ts'

/** The whole of one connection: what needs a person, health, counts, and the buttons. */
export function connectionBlocks(connection: ConnectionState, now: Date): KnownBlock[] {
  const attention = attentionOf(connection, now, 'primary')
  const { connectionId, held, plan } = connection
  const style = attention === null ? 'primary' : undefined
  return [
    ...(attention ? attentionBlocks(attention) : []),
    ...(plan && held ? heldBlocks(held, { connectionId, planId: plan.planId }, style) : []),
    ...heldFieldBlocks(connection.heldFields, connection),
    ...health(connection, attention),
    section(peopleWords(connection)),
    ...fieldProblemBlocks(connection.fieldProblems),
    ...(connection.syncing ? [section(syncingWords(connection.syncing))] : []),
    ...(plan ? planBlocks(connection, plan, style) : []),
  ]
}

/** One of several connections: one line, its numbers, its buttons. */
export function connectionLine(connection: ConnectionState, now: Date): KnownBlock[] {
  const { connectionId: value, fieldProblems, plan, label } = connection
  const attention = attentionOf(connection, now, undefined)
  const [first, ...more] = attention?.buttons ?? []
  const held = connection.held === null ? '' : `\n${heldSentence(connection.held)}`
  const numbers = plan ? `\n${capitalised(planNumbers(plan.counts))}` : ''
  const syncing = connection.syncing ? `\n${syncingWords(connection.syncing)}` : ''
  const heldFields =
    connection.heldFields.length === 0 ? '' : `\n${heldFieldsLine(connection.heldFields, connection)}`
  const line = section(
    `${healthWords(connection)}\n${peopleWords(connection)}${numbers}${syncing}${held}${heldFields}${fieldProblemWords(fieldProblems)}`,
  )
  return [
    ...(attention ? [section(attention.words, { accessory: first })] : []),
    line,
    ...actions(
      plan && plan.toApply > 0
        ? button(SYNC_NOW, connection.held ? 'Review' : 'Sync Now', {
            value,
            says: `${connection.held ? 'Review the held plan' : 'Sync Now'} from ${label}`,
          })
        : null,
      plan ? button(PREVIEW, 'Preview', { value, says: `Preview of ${label}` }) : null,
      plan && plan.counts.conflict > 0
        ? button(RESOLVE, `Resolve (${count(plan.counts.conflict)})`, {
            value,
            says: `Resolve ${count(plan.counts.conflict)} from ${label}`,
          })
        : null,
      retrieveUnless(attention, connection),
      ...more,
      moreMenu(connection),
    ),
  ]
}

const health = (connection: ConnectionState, attention: Attention | null): KnownBlock[] => [
  section(healthWords(connection)),
  ...actions(retrieveUnless(attention, connection), moreMenu(connection)),
]

/** Once on a screen: not where it is running, nor where it is offered for what needs a person. */
const retrieveUnless = (attention: Attention | null, connection: ConnectionState) =>
  connection.running || attention?.buttons.some(({ action_id }) => action_id === RETRIEVE)
    ? null
    : retrieveNow(connection)

/** What is rarely done about a connection; `disconnect.ts` listens. */
const moreMenu = ({ connectionId, label }: ConnectionState) =>
  overflow(MORE, [
    option(`reconnect:${connectionId}`, `Reconnect ${truncate(label, 40)}`),
    option(`disconnect:${connectionId}`, `Disconnect ${truncate(label, 40)}`),
  ])

/** A count, what it means, and the button that opens the people behind it. */
const ROWS: readonly {
  kind: PlanKind
  words: (n: number, connection: ConnectionState) => string
  open: string
}[] = [
  { kind: 'create', words: () => 'will be created', open: 'See who' },
  { kind: 'update', words: () => 'will be updated', open: 'See what changes' },
  {
    kind: 'left',
    words: (n) => `of these ${plural(n, 'has', 'have')} left: status and end date will be recorded`,
    open: 'See who',
  },
  { kind: 'returned', words: (n) => `of these ${plural(n, 'has', 'have')} returned`, open: 'See who' },
  { kind: 'conflict', words: (n, { conflicts }) => conflictWords(n, conflicts), open: 'Resolve' },
  {
    kind: 'out_of_conditions',
    words: (n) => `no longer ${plural(n, 'meets', 'meet')} your conditions, left as they are`,
    open: 'See who',
  },
  {
    kind: 'vanished',
    words: (n, { label }) => `${plural(n, 'is', 'are')} missing from ${escapeText(label)}, left as they are`,
    open: 'See who',
  },
  { kind: 'skip', words: (n) => `${plural(n, 'is', 'are')} left out`, open: 'See why' },
  {
    kind: 'link',
    words: (n) => `${plural(n, 'matches', 'match')} a stakeholder who is already right`,
    open: 'See who',
  },
]

function planBlocks(
  connection: ConnectionState,
  plan: PlanSummary,
  style: 'primary' | undefined,
): KnownBlock[] {
  const { connectionId, held } = connection
  const always = plan.toApply > 0 ? ['create', 'update'] : []
  const rows = ROWS.filter(({ kind }) => countOf(plan.counts, kind) > 0 || always.includes(kind)).map(
    ({ kind, words, open }) => {
      const n = countOf(plan.counts, kind)
      const press = kind === 'conflict' ? RESOLVE : PREVIEW
      const accessory = button(press, open, {
        value: kind === 'conflict' ? connectionId : `${connectionId}:${kind}`,
        says: `${open}: ${count(n)} ${words(n, connection)}`,
      })
      return section(`${bold(n)} ${words(n, connection)}`, n > 0 ? { accessory } : {})
    },
  )
  const value = connectionId
  const buttons = [
    held === null ? button(SYNC_NOW, 'Sync Now', { value, ...(style ? { style } : {}) }) : null,
    button(SYNC_SELECTED, 'Sync Selected', { value }),
  ]
  return [
    ...(plan.toApply === 0 ? [section(`*${idleWords(plan)}*`)] : []),
    ...rows,
    ...(plan.counts.unchanged === 0 ? [] : [section(unchangedWords(plan.counts.unchanged))]),
    ...(plan.toApply === 0 ? [] : actions(...buttons)),
  ]
}

/** Without those who need a look: they have a line of their own right below. */
const idleWords = ({ counts }: PlanSummary): string =>
  counts.conflict > 0 ? 'Nothing to sync' : capitalised(planNumbers(counts))

const unchangedWords = (n: number): string => `${bold(n)} ${plural(n, 'is', 'are')} unchanged`
