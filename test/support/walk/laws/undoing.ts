import { expect } from 'vitest'
import type { SyncView } from '../../../../src/sync/sync-view.ts'
import { type UndoItem, undoSync } from '../../../../src/sync/undo.ts'
import { bytesOf, type Image } from '../image.ts'
import type { At, World } from '../world.ts'

/** A sync that nothing came after is undone to the byte, which brings its plan back, and redone to the byte. */
export async function expectUndone(
  { companyId, ctx, done, engines, image }: World,
  at: At,
  before: Image,
  applied: SyncView,
  hash: string,
): Promise<void> {
  const { created, updated, linked } = applied.counts
  if (created + updated + linked === 0) return
  const after = await image()
  const undone = await undoSync(ctx(), { companyId, syncId: applied.syncId })
  expect(bytesOf(await image())).toEqual(bytesOf(before))
  expect((await engines[at].plan()).hash).toBe(hash)
  const redone = await undoSync(ctx(), { companyId, syncId: undone.syncId })
  expect(bytesOf(await image())).toEqual(bytesOf(after))
  done.push({ sync: undone, at }, { sync: redone, at })
}

/** What the preview said is what was done to the register, and nothing else. */
export async function expectReversed(
  { database, image }: World,
  syncId: string,
  before: Image,
  preview: readonly UndoItem[],
): Promise<void> {
  const stakeholderOf = async (ordinal: number): Promise<string> => {
    const { rows } = await database.pool.query(
      'select stakeholder_id from journal where sync_id = $1 and ordinal = $2',
      [syncId, ordinal],
    )
    return rows[0].stakeholder_id
  }
  const expected = structuredClone(before.register)
  for (const { ordinal, reversal } of preview) {
    if (reversal.outcome === 'kept') continue
    const id = await stakeholderOf(ordinal)
    if (reversal.outcome === 'removed') delete expected[id]
    else if (reversal.outcome === 'restored')
      expected[id] = { fields: withoutNull(reversal.after), version: 1 }
    else {
      const old = expected[id]!
      const moved = Object.keys(reversal.after).length > 0 ? 1 : 0
      expected[id] = {
        fields: withoutNull({ ...old.fields, ...reversal.after }),
        version: old.version + moved,
      }
    }
  }
  expect((await image()).register).toEqual(expected)
}

const withoutNull = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
