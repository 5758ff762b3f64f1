import type { Draft, DraftGroup, DraftRow } from './configure-draft.view.ts'

/** What the buttons of Configure do to its conditions. Pure: a draft in, a draft out. */

const emptyRow = (key: number): DraftRow => ({ key, field: null, operator: null, kind: 'none', values: [] })
const isGroup = (item: DraftRow | DraftGroup): item is DraftGroup => 'items' in item

/** @param groupKey the group that gets the row; without one it stands on its own */
export function addRow(draft: Draft, groupKey: number | null): Draft {
  const row = emptyRow(draft.next)
  const items = draft.items ?? []
  const next = draft.next + 1
  if (groupKey === null) return { ...draft, items: [...items, row], next }
  const grown = items.map((item) =>
    isGroup(item) && item.key === groupKey ? { ...item, items: [...item.items, row] } : item,
  )
  return { ...draft, items: grown, next }
}

/** A group reads the other way round than what it stands in: ANY within ALL, or the reverse. */
export function addGroup(draft: Draft): Draft {
  const match = draft.match === 'all' ? 'any' : 'all'
  const group: DraftGroup = { key: draft.next, match, items: [emptyRow(draft.next + 1)] }
  return { ...draft, items: [...(draft.items ?? []), group], next: draft.next + 2 }
}

/** A group goes with its last row. */
export function removeRow(draft: Draft, key: number): Draft {
  const items = (draft.items ?? []).flatMap((item): (DraftRow | DraftGroup)[] => {
    if (!isGroup(item)) return item.key === key ? [] : [item]
    const rest = item.items.filter((row) => row.key !== key)
    return rest.length === 0 ? [] : [{ ...item, items: rest }]
  })
  return { ...draft, items }
}

export const removeAll = (draft: Draft): Draft => ({ ...draft, items: [] })

export const rowsOf = ({ items }: Draft): DraftRow[] =>
  (items ?? []).flatMap((item) => (isGroup(item) ? item.items : [item]))
