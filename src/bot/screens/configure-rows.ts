import { type FieldCatalogue, OPERATOR_LABELS, operatorsFor } from '../../sync/core/conditions-fields.ts'
import type { GroupState } from './configure.view.ts'
import type { DraftGroup, DraftRow } from './configure-draft.view.ts'
import { MAX_VALUES, roomFor } from './configure-room.ts'
import type { RowState } from './configure-row.view.ts'
import { tokenOf } from './configure-tokens.ts'
import { fieldProblem } from './configure-tree.ts'

/** The rows of a draft as they are shown: numbered, with what each field can be compared by. */
export function rowStates(
  items: readonly (DraftRow | DraftGroup)[],
  catalogue: FieldCatalogue,
): (RowState | GroupState)[] {
  const room = roomFor(items)
  const row = (draft: DraftRow, number: string) => rowState(draft, number, catalogue, room.values)
  return items.map((item, at) =>
    'items' in item
      ? {
          key: item.key,
          match: item.match,
          rows: item.items.map((inner, place) => row(inner, `${at + 1}.${place + 1}`)),
          room: room.row,
        }
      : row(item, String(at + 1)),
  )
}

function rowState(
  { key, field, operator, kind, values }: DraftRow,
  number: string,
  catalogue: FieldCatalogue,
  roomForValues: number,
): RowState {
  const known = field && catalogue.get(field.value)
  const operators = known ? operatorsFor(known.type, field.value) : []
  return {
    key,
    number,
    field: field && { value: tokenOf(field.value), label: known?.label ?? field.label },
    operators: operators.map((it) => ({ value: it, label: OPERATOR_LABELS[it] })),
    operator: known ? operator : null,
    kind,
    values: kind === 'choice' || kind === 'choices' ? values.map(shortened) : values,
    maxValues: Math.max(1, Math.min(MAX_VALUES, values.length + roomForValues)),
    broken: (field && fieldProblem(field.value, catalogue)) ?? null,
  }
}

const shortened = ({ value, label }: { value: string; label: string }) => ({ value: tokenOf(value), label })
