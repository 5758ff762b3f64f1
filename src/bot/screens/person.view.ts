import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { z } from 'zod'
import { type Actor, APPLIED_KINDS, type FieldChange, type FieldValue, type PlanKind } from '../../model.ts'
import {
  actions,
  button,
  context,
  divider,
  escapeText,
  modal,
  plain,
  plainContext,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { DECISIONS, WHY } from './ids.view.ts'
import { planKind } from './paging.view.ts'
import { fieldHeading, fieldText, inReadingOrder, type PlanRow, worthALook } from './plan.view.ts'
import { type Standing, standingWords } from './standing.view.ts'
import { whyPerson } from './why-subject.view.ts'
import { count, slackDate, whoWords } from './words.view.ts'

export const LEAVE_OUT = 'person.leave-out'
export const TAKE_BACK = 'person.take-back'

/** The list that this page was opened from: it is drawn anew when the plan is. */
const personList = z.object({
  viewId: z.string(),
  connectionId: z.guid(),
  kind: planKind,
  confirming: z.boolean(),
})
export type PersonList = z.infer<typeof personList>
export const parsePersonList = (metadata: string): PersonList => personList.parse(JSON.parse(metadata))

/** Far above what the standard fields need; custom fields could otherwise outgrow a window's 100 blocks. */
const MAX_FIELDS = 90

export const HEADLINES: Record<PlanKind, string> = {
  create: 'Will be created in the register.',
  update: 'Will be updated in the register.',
  left: 'Has left. Status and end date will be recorded; nobody is deleted.',
  returned: 'Has returned. The register will show it.',
  link: 'Matches a stakeholder who is already right. The match will be remembered.',
  conflict: 'Needs a look. Nothing is done until then.',
  vanished: 'Missing from HR. The register keeps this person as is.',
  out_of_conditions: 'No longer meets your conditions. The register keeps this person as is.',
  skip: 'Left out. Nothing is done.',
  unchanged: 'Nothing changes.',
}

export type PersonState = {
  connectionId: string
  recordId: string
  name: string
  standing: Standing
  /** What the plan has in mind; `null` is nothing at all. */
  row: PlanRow | null
  /** A sync of this very plan was confirmed. */
  confirmed: boolean
  leftOut: { by: Actor; at: Date } | null
  /** Fields that the register keeps because HR has no value. */
  kept: readonly KeptField[]
  /** What the last click did. */
  note: string | null
  list: PersonList
}

type KeptField = { key: string; label: string; value: FieldValue }

/** One person of a plan: how they stand to the register, what happens, and each field before and after. */
export function personView(state: PersonState): ModalView {
  const { connectionId, kept, leftOut, list, name, note, recordId, row, standing } = state
  return modal({
    title: 'Person',
    close: 'Back',
    metadata: list,
    blocks: [
      ...(note === null ? [] : [section(note)]),
      section(`${escapeText(truncate(name, 300))} · ${standingWords(standing)}`),
      ...(leftOut === null
        ? [...rowBlocks(row), ...keptBlocks(kept)]
        : [section(leftOutWords(state, leftOut))]),
      ...actions(
        leaveOutButton(state),
        leftOut === null ? null : button(DECISIONS, 'Decisions', { value: connectionId }),
        button(WHY, 'Why?', { value: whyPerson({ connectionId, recordId }), says: `Why? About ${name}` }),
      ),
    ],
  })
}

function rowBlocks(row: PlanRow | null): KnownBlock[] {
  if (row === null) return [section(HEADLINES.unchanged)]
  const fields = inReadingOrder(row.fields)
  const [shown, hidden] = [fields.slice(0, MAX_FIELDS), fields.length - MAX_FIELDS]
  return [
    // Of somebody new the line above says it.
    ...(row.kind === 'create' ? [] : [section(HEADLINES[row.kind])]),
    ...(row.reasonText === null ? [] : [plainSection(row.reasonText)]),
    ...(shown.length === 0
      ? []
      : [divider, ...shown.map((field) => fieldBlock(field, row.kind === 'create'))]),
    ...(hidden > 0 ? [context(`${count(hidden)} more fields are not shown.`)] : []),
  ]
}

const MAX_KEPT = 10

/** "HR has no value, and the register keeps: Office location Berlin · Phone +49 30 1" */
function keptBlocks(kept: readonly KeptField[]): KnownBlock[] {
  if (kept.length === 0) return []
  const shown = kept
    .slice(0, MAX_KEPT)
    .map(({ key, label, value }) => `${truncate(label, 60)} ${truncate(fieldText(key, value), 60)}`)
  const rest = kept.length - shown.length
  const more = rest > 0 ? ` · and ${count(rest)} more` : ''
  return [plainContext(`HR has no value, and the register keeps: ${shown.join(' · ')}${more}`)]
}

/** There is nothing to leave out of a plan that is being written, nor of one that does nothing for a person. */
function leaveOutButton({ confirmed, leftOut, name, recordId: value, row }: PersonState) {
  if (leftOut !== null) return button(TAKE_BACK, 'Take back', { value, says: `Take back: ${name}` })
  if (confirmed || row === null || !LEAVABLE.has(row.kind)) return null
  return button(LEAVE_OUT, 'Leave this person out', { value, says: `Leave this person out: ${name}` })
}

const LEAVABLE: ReadonlySet<PlanKind> = new Set([...APPLIED_KINDS, 'conflict'])

function leftOutWords({ confirmed, row }: PersonState, { at, by }: { by: Actor; at: Date }): string {
  const since = `Left out by ${whoWords(by)} ${slackDate(at)}`
  const isWritten = confirmed && row !== null && row.kind !== 'skip'
  return isWritten
    ? `${since}, from the next plan on: this one was confirmed before that.`
    : `${since}. Nothing is done about this person until that is taken back.`
}

/** @param code of the plan of now; `null` while one that was confirmed before is being written */
export const leftOutNote = (code: string | null): string =>
  code === null
    ? '*Left out from the next plan on.* What was confirmed before is still written.'
    : `*Left out.* Plan ${code} was drawn up without this person. Take it back here or under Decisions.`

export const takenBackNote = (code: string | null): string =>
  code === null
    ? '*Taken back.* The next plan looks at this person again.'
    : `*Taken back.* Plan ${code} was drawn up with this person in it.`

function fieldBlock([key, { before, after }]: [string, FieldChange], isNew: boolean): SectionBlock {
  const [was, becomes] = [shortened(key, before), shortened(key, after)]
  const value = isNew ? becomes : `${was}  →  ${becomes}`
  const look = isNew ? null : worthALook(key)
  return {
    type: 'section',
    fields: [fieldHeading(key), plain(look === null ? value : `${value}\nworth a look: ${look}`)],
  }
}

/** Ninety of them must fit into a window of 250 kB. */
const shortened = (key: string, value: FieldValue | null): string => truncate(fieldText(key, value), 300)
