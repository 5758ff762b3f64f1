import type { ModalView, SectionBlock } from '@slack/types'
import type { FieldChange, FieldValue, PlanKind } from '../../model.ts'
import {
  actions,
  button,
  context,
  divider,
  escapeText,
  modal,
  plain,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { WHY } from './ids.view.ts'
import { fieldHeading, fieldText, inReadingOrder, type PlanRow, worthALook } from './plan.view.ts'
import { type Standing, standingWords } from './standing.view.ts'
import { whyPerson } from './why-subject.view.ts'
import { count } from './words.view.ts'

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

export type PersonState = { connectionId: string; row: PlanRow; standing: Standing }

/** One person of a plan: how they stand to the register, what happens, and each field before and after. */
export function personView({ connectionId, row, standing }: PersonState): ModalView {
  const fields = inReadingOrder(row.fields)
  const [shown, hidden] = [fields.slice(0, MAX_FIELDS), fields.length - MAX_FIELDS]
  return modal({
    title: 'Person',
    close: 'Back',
    blocks: [
      section(`${escapeText(truncate(row.name, 300))} · ${standingWords(standing)}`),
      // Of somebody new the line above says it.
      ...(row.kind === 'create' ? [] : [section(HEADLINES[row.kind])]),
      ...(row.reasonText === null ? [] : [plainSection(row.reasonText)]),
      ...(shown.length === 0
        ? []
        : [divider, ...shown.map((field) => fieldBlock(field, row.kind === 'create'))]),
      ...(hidden > 0 ? [context(`${count(hidden)} more fields are not shown.`)] : []),
      ...actions(button(WHY, 'Why?', { value: whyPerson({ connectionId, recordId: row.recordId }) })),
    ],
  })
}

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
