import { expect } from 'vitest'
import { type JournalEntry, listJournal } from '../../../../src/sync/journal.ts'
import { previewUndo, type UndoChoice, undoSync } from '../../../../src/sync/undo.ts'
import { expectOffersWhatItDoes } from '../../undo.ts'
import { bytesOf } from '../image.ts'
import { expectReversed } from '../laws/undoing.ts'
import { type Act, pick, type Step, type World } from '../world.ts'

type Done = World['done'][number]
/** Whom and what of it somebody ticks. */
type Ticks = (rows: readonly JournalEntry[], step: Step) => UndoChoice

/** All of it, one person, or one field of one person. */
const one: Ticks = (rows, { what, to }) => {
  const row = pick(rows, to)
  const field = row && pick(Object.keys(row.fields), to)
  return {
    ...(what % 3 > 0 && row && { ordinals: [row.ordinal] }),
    ...(what % 3 > 1 && field && { fields: [field] }),
  }
}

/** Some of the people, some of the fields of everybody, or these of those. */
const several: Ticks = (rows, { who, what, to }) => ({
  ...(what % 3 !== 1 && { ordinals: some(rows, who).map(({ ordinal }) => ordinal) }),
  ...(what % 3 !== 0 && {
    fields: some([...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))], to),
  }),
})

/** Ever another part of them, and never none of several. */
const some = <T>(items: readonly T[], n: number): T[] =>
  items.filter((_, place) => ((n + 1) >> (place % 4)) % 2 === 1)

export const undo: Act = (world, step) => undoSome(world, pick(world.done, step.who), step, one)
export const undoLast: Act = (world, step) => undoSome(world, world.done.at(-1), step, one)
/** Of one of the last, an undo among them: what it took is put back in part. */
export const undoSeveral: Act = (world, step) =>
  undoSome(world, pick(world.done.slice(-4), step.at + step.who), step, several)

async function undoSome(world: World, some: Done | undefined, step: Step, ticks: Ticks): Promise<void> {
  if (!some) return
  const { companyId, ctx, database, done, image } = world
  const { at } = some
  const { syncId } = some.sync
  const { items } = await listJournal(database.db, companyId, syncId, { offset: 0, limit: 1_000 })
  const choice = ticks(items, step)
  const before = await image()
  const preview = await previewUndo(database.db, { companyId, syncId }, choice)
  await expectOffersWhatItDoes(database, { companyId, syncId })
  expect(await image()).toEqual(before)
  const undone = await undoSync(ctx(), { companyId, syncId }, choice)
  done.push({ sync: undone, at })
  await expectReversed(world, some.sync, before, preview)
  if (step.to % 2 > 0) return
  const redone = await undoSync(ctx(), { companyId, syncId: undone.syncId })
  done.push({ sync: redone, at })
  expect(bytesOf(await image())).toEqual(bytesOf(before))
}

export const UNDOING_ACTS = { undo, undoLast, undoSeveral } as const
