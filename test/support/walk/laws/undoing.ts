import { expect } from 'vitest'
import { listJournal } from '../../../../src/sync/journal.ts'
import type { SyncView } from '../../../../src/sync/sync-view.ts'
import { type UndoChoice, type UndoItem, undoSync } from '../../../../src/sync/undo.ts'
import { bytesOf, type Image } from '../image.ts'
import type { At, Step, World } from '../world.ts'

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

/**
 * In parts it is undone and redone as in one: some of it and then the rest, and then back, the last part first. Only what
 * spares the next plan a look is not kept.
 */
export async function expectUndoneInParts(
  { companyId, ctx, database, done, engines, image }: World,
  { at, who, what }: Step,
  before: Image,
  { counts, syncId }: SyncView,
  hash: string,
): Promise<void> {
  const { items } = await listJournal(database.db, companyId, syncId, { offset: 0, limit: 1_000 })
  const written = items.filter(({ outcome }) => outcome !== 'skipped')
  const keys = [...new Set(written.flatMap(({ fields }) => Object.keys(fields)))]
  const isPeople = what % 2 === 0 || keys.length === 0
  if (written.length === 0) return
  const part = isPeople
    ? { ordinals: oneInTwo(written, who).map(({ ordinal }) => ordinal) }
    : { fields: oneInTwo(keys, who) }
  const reverse = async (undoes: string, choice: UndoChoice = {}) => {
    const sync = await undoSync(ctx(), { companyId, syncId: undoes }, choice)
    done.push({ sync, at })
    return sync.syncId
  }
  const after = await image()
  const undone = [await reverse(syncId, part)]
  const isWhole = isPeople ? written.length === 1 : keys.length === 1 && counts.created + counts.linked === 0
  if (!isWhole) undone.unshift(await reverse(syncId))
  expect(agreedOf(await image())).toEqual(agreedOf(before))
  expect((await engines[at].plan()).hash).toBe(hash)
  for (const id of undone) await reverse(id)
  expect(agreedOf(await image())).toEqual(agreedOf(after))
}

/** At least one, and not all of several. */
const oneInTwo = <T>(items: readonly T[], n: number): T[] =>
  items.filter((_, place) => (place + n) % 2 === 0 || items.length === 1)

const agreedOf = (image: Image) => {
  const { links, register } = bytesOf(image)
  return {
    register,
    links: links.map(({ connection_id, record_id, stakeholder_id, base }) => ({
      connection_id,
      record_id,
      stakeholder_id,
      base,
    })),
  }
}

/** What the preview said is what was done to the register, and nothing else; nobody else's link has moved. */
export async function expectReversed(
  { database, image }: World,
  { connectionId, syncId }: SyncView,
  before: Image,
  preview: readonly UndoItem[],
): Promise<void> {
  const { rows } = await database.pool.query<Journalled>(
    'select ordinal, record_id, stakeholder_id from journal where sync_id = $1',
    [syncId],
  )
  const journal = new Map(rows.map((row) => [row.ordinal, row]))
  const expected = structuredClone(before.register)
  for (const { ordinal, reversal } of preview) {
    if (reversal.outcome === 'kept') continue
    const id = journal.get(ordinal)!.stakeholder_id
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
  const after = await image()
  expect(after.register).toEqual(expected)
  const reversed = preview.filter(({ reversal }) => reversal.outcome !== 'kept')
  const records = reversed.map(({ ordinal }) => journal.get(ordinal)!.record_id)
  const others = ({ links }: Image) =>
    links.filter((link) => link.connection_id !== connectionId || !records.includes(link.record_id))
  expect(others(after)).toEqual(others(before))
}

type Journalled = { ordinal: number; record_id: string; stakeholder_id: string }

const withoutNull = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
