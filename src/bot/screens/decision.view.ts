import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import { z } from 'zod'
import type { ChangeReason, Employee, FieldChanges, RegisterFields } from '../../model.ts'
import { actions, button, context, modal, option, plain, plainSection, section, truncate } from '../blocks.ts'
import { type DecisionChoice, isFind, optionOf } from './decision-choices.view.ts'
import type { FieldErrors, Form } from './form.view.ts'
import { fieldLabel, fieldText, inReadingOrder } from './plan.view.ts'
import { valueText } from './words.view.ts'

export const DECISION_FORM = 'decision'
export const DECISION_BACK = 'decision.back'
export const TAKE_HR = 'decision.hr'
export const KEEP_OURS = 'decision.ours'
export const DECISION_FIND = 'decision.find'
const CHOICE = { block: 'choice', action: 'decision.choice' }
const FOUND_BLOCK = 'found'

export type RecordSide = { recordId: string; name: string; employee: Employee | null; waits: boolean }
export type StakeholderSide = {
  stakeholderId: string
  name: string
  fields: RegisterFields
  /** Where the register has them from; `null` when no HR record is linked. */
  from: string | null
}

export type DecisionState = {
  connectionId: string
  label: string
  recordId: string
  name: string
  reason: ChangeReason | null
  sentence: string
  records: readonly RecordSide[]
  stakeholders: readonly StakeholderSide[]
  fields: FieldChanges
  choices: readonly DecisionChoice[]
  mark: string
  /** Why the window is shown again. */
  note: string | null
}

/** One conflict: both sides with what tells them apart, and the answers there are. */
export function decisionView(state: DecisionState): ModalView {
  const { choices, connectionId, mark, name, note, recordId, sentence } = state
  const form = choices.length === 0 ? {} : { callbackId: DECISION_FORM, submit: 'Save' }
  return modal({
    title: 'Resolve',
    close: 'Cancel',
    ...form,
    metadata: { connectionId, recordId, mark },
    blocks: [
      ...(note === null ? [] : [section(note)]),
      plainSection(truncate(`${name}\n${sentence}`, 1500)),
      ...sides(state),
      ...answers(state),
      ...actions(button(DECISION_BACK, 'All that need a look', { value: connectionId })),
    ],
  })
}

function sides({ label, records, stakeholders }: DecisionState): KnownBlock[] {
  const inHr = records
    .slice(0, 8)
    .map(({ name, employee }) => side(`In ${label}: ${name}`, employee === null ? [] : facts(employee)))
  const ours = stakeholders
    .slice(0, 8)
    .map(({ name, fields, from }) =>
      side(`Stakeholder: ${name}`, [...facts(fields), from === null ? 'not linked' : `from ${from}`]),
    )
  return [...inHr, ...ours]
}

const side = (headline: string, known: readonly string[]): KnownBlock =>
  plainSection(truncate(`${headline}\n${known.join(' · ')}`.trim(), 600))

const TELLING = [
  'employeeNumber',
  'workEmail',
  'personalEmail',
  'jobTitle',
  'department',
  'officeLocation',
] as const

/** What tells two people of one name apart. */
function facts(fields: RegisterFields | Employee): string[] {
  const of = fields as Readonly<Record<string, unknown>>
  const text = (key: string) => (typeof of[key] === 'string' ? of[key] : null)
  const start = text('startDate')
  const status = text('status')
  return [
    ...TELLING.map(text).filter((it) => it !== null),
    ...(start === null ? [] : [`start date ${valueText(start)}`]),
    ...(status === null ? [] : [fieldText('status', status)]),
  ]
}

function answers(state: DecisionState): KnownBlock[] {
  if (Object.keys(state.fields).length > 0) return fieldAnswers(state)
  if (state.choices.length === 0)
    return [
      section(`Nothing can be decided here. Correct the record in HR; the next retrieval reads it again.`),
    ]
  const find = state.choices.some(isFind)
  return [
    choiceInput(state.choices.map((choice, index) => optionOf(choice, index, state))),
    ...(find ? [findInput] : []),
    context('Remembered until you change it. Nothing is written before a sync.'),
  ]
}

const choiceInput = (options: PlainTextOption[]): InputBlock => ({
  type: 'input',
  block_id: CHOICE.block,
  label: plain('What is right?'),
  element: { type: 'radio_buttons', action_id: CHOICE.action, options },
})

const findInput: InputBlock = {
  type: 'input',
  block_id: FOUND_BLOCK,
  optional: true,
  label: plain('Stakeholder'),
  element: {
    type: 'external_select',
    action_id: DECISION_FIND,
    min_query_length: 2,
    placeholder: plain('Type a name or an email'),
  },
}

/** Ours and HR's value side by side, each field decided by itself. */
function fieldAnswers({ fields, label }: DecisionState): KnownBlock[] {
  const shown = inReadingOrder(fields).slice(0, 30)
  return [
    ...shown.flatMap(([key, { before, after }]) => [
      plainSection(
        truncate(
          `${fieldLabel(key)}\nours: ${fieldText(key, before)}\n${label}: ${fieldText(key, after)}`,
          600,
        ),
      ),
      ...actions(
        button(TAKE_HR, 'Take HR', { value: key, says: `Take HR for ${fieldLabel(key)}` }),
        button(KEEP_OURS, 'Keep ours', { value: key, says: `Keep ours for ${fieldLabel(key)}` }),
      ),
    ]),
    context("Remembered for HR's value of now: when HR states another one, you are asked again."),
  ]
}

const decisionMetadata = z.object({ connectionId: z.guid(), recordId: z.string(), mark: z.string() })
export const parseDecisionMetadata = (metadata: string) => decisionMetadata.parse(JSON.parse(metadata))

/** The place among the choices, and whom `find` found. */
export function parseDecision({ values }: Form): { choice: number | null; found: string | null } {
  const picked = values[CHOICE.block]?.[CHOICE.action]?.selected_option?.value
  const found = values[FOUND_BLOCK]?.[DECISION_FIND]?.selected_option?.value
  return {
    choice: picked === undefined ? null : z.coerce.number().int().min(0).parse(picked.split(':')[0]),
    found: z
      .guid()
      .nullable()
      .catch(null)
      .parse(found ?? null),
  }
}

/** "Somebody in the register" is half an answer, and a stakeholder beside another answer speaks against it. */
export function checkDecision(form: Form): FieldErrors | null {
  const { found } = parseDecision(form)
  const picked = form.values[CHOICE.block]?.[CHOICE.action]?.selected_option?.value ?? ''
  const isToBeFound = picked.endsWith(':find')
  if (isToBeFound && found === null) return { [FOUND_BLOCK]: 'Choose a stakeholder.' }
  if (isToBeFound || found === null) return null
  return {
    [CHOICE.block]:
      'A stakeholder is chosen below, which this answer would not use. Choose “Somebody in the register”, or clear the stakeholder.',
  }
}

/** One stakeholder to choose from, as somebody types. */
export const foundOption = ({
  stakeholderId,
  name,
  fields,
}: Omit<StakeholderSide, 'from'>): PlainTextOption => option(stakeholderId, name, facts(fields).join(' · '))
