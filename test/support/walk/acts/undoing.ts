import { expect } from 'vitest'
import { listJournal } from '../../../../src/sync/journal.ts'
import { previewUndo, type UndoChoice, undoSync } from '../../../../src/sync/undo.ts'
import { expectOffersWhatItDoes } from '../../undo.ts'
import { bytesOf } from '../image.ts'
import { expectReversed } from '../laws/undoing.ts'
import { type Act, pick, type World } from '../world.ts'

export const undo: Act = async (world, { who, what, to }) => {
  const some = pick(world.done, who)
  if (some) await undoSome(world, some, what, to)
}

export const undoLast: Act = async (world, { what, to }) => {
  const last = world.done.at(-1)
  if (last) await undoSome(world, last, what, to)
}

async function undoSome(
  world: World,
  { sync: { syncId }, at }: World['done'][number],
  what: number,
  to: number,
): Promise<void> {
  const { companyId, ctx, database, done, image } = world
  const { items } = await listJournal(database.db, companyId, syncId, { offset: 0, limit: 1_000 })
  const row = pick(items, to)
  const field = row && pick(Object.keys(row.fields), to)
  const choice: UndoChoice = {
    ...(what % 3 > 0 && row && { ordinals: [row.ordinal] }),
    ...(what % 3 > 1 && field && { fields: [field] }),
  }
  const before = await image()
  const preview = await previewUndo(database.db, { companyId, syncId }, choice)
  await expectOffersWhatItDoes(database, { companyId, syncId })
  expect(await image()).toEqual(before)
  const undone = await undoSync(ctx(), { companyId, syncId }, choice)
  done.push({ sync: undone, at })
  await expectReversed(world, syncId, before, preview)
  if (to % 2 > 0) return
  const redone = await undoSync(ctx(), { companyId, syncId: undone.syncId })
  done.push({ sync: redone, at })
  expect(bytesOf(await image())).toEqual(bytesOf(before))
}

export const UNDOING_ACTS = { undo, undoLast } as const
