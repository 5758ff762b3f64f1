import type { PlainTextOption } from '@slack/types'
import type { ChangeReason, Employee } from '../../model.ts'
import { option } from '../blocks.ts'

/** An answer that there is; the engine knows what each means for whom. */
export type DecisionChoice =
  | { kind: 'is'; recordId: string; stakeholderId: string | null }
  | { kind: 'link' | 'new_contract'; stakeholderId: string }
  | { kind: 'nobody' | 'separate' | 'find' | 'find_new_contract' | 'create' | 'ignore' }

export type Sides = {
  reason: ChangeReason | null
  /** `waits`: an answer that is about several is about this one too. */
  records: readonly { recordId: string; name: string; employee: Employee | null; waits: boolean }[]
  stakeholders: readonly { stakeholderId: string; name: string }[]
}

/** An answer as it is offered. Its value is its place, and for the one that needs more, its kind. */
export function optionOf(choice: DecisionChoice, index: number, sides: Sides): PlainTextOption {
  const { label, means } = wordsOf(choice, sides)
  return option(isFind(choice) ? `${index}:find` : String(index), label, means)
}

/** Answers that need a stakeholder to be named. */
export const isFind = ({ kind }: DecisionChoice) => kind === 'find' || kind === 'find_new_contract'

function wordsOf(choice: DecisionChoice, sides: Sides): { label: string; means: string } {
  switch (choice.kind) {
    case 'is':
      return owner(choice, sides)
    case 'nobody':
      return sides.records.length === 2
        ? { label: 'Neither, for now', means: 'Both are left out' }
        : { label: 'None of them, for now', means: `${all(sides)} are left out` }
    case 'separate':
      return {
        label: 'They are separate people',
        means: `${each(sides)} gets a stakeholder of their own`,
      }
    case 'link':
      return linked(choice.stakeholderId, sides)
    case 'new_contract':
      return {
        label: `The same person as ${stakeholderName(choice.stakeholderId, sides)}`,
        means: 'A new contract: the stakeholder goes on under this record',
      }
    case 'find':
      return { label: 'Somebody in the register', means: 'Choose the stakeholder below' }
    case 'find_new_contract':
      return {
        label: 'Somebody in the register, with a new contract',
        means: 'Choose below: the stakeholder goes on under this record',
      }
    case 'create':
      return { label: 'Somebody new', means: 'Gets a stakeholder of their own' }
    case 'ignore':
      return { label: 'Leave out', means: 'Nothing is done about this record' }
    default:
      return choice satisfies never
  }
}

const allWait = ({ records }: Sides) => records.every(({ waits }) => waits)
const all = (sides: Sides) => (allWait(sides) ? 'All of them' : 'All who need a look')
const each = (sides: Sides) => (allWait(sides) ? 'Each' : 'Each who needs a look')

function owner({ recordId, stakeholderId }: Extract<DecisionChoice, { kind: 'is' }>, sides: Sides) {
  const record = sides.records.find((it) => it.recordId === recordId)
  const mark = record?.employee?.employeeNumber ?? record?.recordId
  const label = `${record?.name ?? 'Somebody'} (${mark})`
  const waiting = sides.records.filter(({ waits }) => waits).length
  const others = waiting === 2 ? 'the other is' : 'the others are'
  return stakeholderId === null
    ? { label, means: `Becomes a stakeholder; ${others} left out` }
    : { label, means: `Is ${stakeholderName(stakeholderId, sides)}; ${others} left out` }
}

function linked(stakeholderId: string, sides: Sides): { label: string; means: string } {
  const name = stakeholderName(stakeholderId, sides)
  if (sides.reason !== 'link_disagrees')
    return { label: `The same person as ${name}`, means: 'The record is linked to this stakeholder' }
  return sides.stakeholders[0]?.stakeholderId === stakeholderId
    ? { label: `Keep the link to ${name}`, means: 'The identifier is not asked about again' }
    : { label: `Link to ${name} instead`, means: 'The former stakeholder stays as it is' }
}

/** Two of one name are told apart by their place in the list above. */
function stakeholderName(stakeholderId: string, { stakeholders }: Sides): string {
  const at = stakeholders.findIndex((it) => it.stakeholderId === stakeholderId)
  const name = stakeholders[at]?.name ?? 'the stakeholder'
  const same = stakeholders.filter((it) => it.name === name).length > 1
  return same ? `${name} (number ${at + 1} above)` : name
}
