import type { DraftGroup, DraftRow } from './configure-draft.view.ts'

/** A window takes 100 blocks and 250 kB; a row needs up to four blocks, a group two more. */
const ROOM = { blocks: 84, values: 400 }
const ROW = 4
export const MAX_VALUES = 100

type Items = readonly (DraftRow | DraftGroup)[]

const blocksOf = (item: DraftRow | DraftGroup): number =>
  'items' in item ? 2 + ROW * item.items.length : ROW
const valuesOf = (item: DraftRow | DraftGroup): number =>
  'items' in item ? item.items.reduce((sum, row) => sum + row.values.length, 0) : item.values.length
const sumOf = (items: Items, of: (item: DraftRow | DraftGroup) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0)

/** Whether a window can hold these conditions. */
export function fits(items: Items): boolean {
  const rows = items.flatMap((item) => ('items' in item ? item.items : [item]))
  return (
    sumOf(items, blocksOf) <= ROOM.blocks &&
    sumOf(items, valuesOf) <= ROOM.values &&
    rows.every(({ values }) => values.length <= MAX_VALUES)
  )
}

/** Whether another row, or another group with a row in it, can still be shown. */
export const roomFor = (items: Items) => {
  const left = ROOM.blocks - sumOf(items, blocksOf)
  return {
    row: left >= ROW,
    group: left >= 2 + ROW,
    values: Math.max(0, ROOM.values - sumOf(items, valuesOf)),
  }
}
