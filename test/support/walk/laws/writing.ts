import { expect } from 'vitest'
import { listJournal } from '../../../../src/sync/journal.ts'
import type { ChangeView } from '../../../../src/sync/plan.ts'
import type { SyncView } from '../../../../src/sync/sync-view.ts'
import type { Image, Stakeholder } from '../image.ts'
import { type At, told, type World } from '../world.ts'
import { isApplied } from './matching.ts'

/** What the journal says was done is what was done, and nothing else. */
export async function expectWritten(
  { companyId, database, image }: World,
  before: Image,
  sync: SyncView,
  rows: readonly ChangeView[],
): Promise<void> {
  const after = await image()
  const { items } = await listJournal(database.db, companyId, sync.syncId, { offset: 0, limit: 1_000 })
  expect(items.map(({ ordinal }) => ordinal).toSorted((a, b) => a - b)).toEqual(
    rows.filter(isApplied).map(({ ordinal }) => ordinal),
  )
  const expected = structuredClone(before.register)
  const links = linksOf(before)
  for (const { ordinal, outcome } of items) {
    if (outcome === 'skipped') continue
    const row = rows.find((it) => it.ordinal === ordinal)!
    const id = row.stakeholderId ?? ''
    const old = expected[id] ?? { fields: {}, version: 0 }
    const fields: Record<string, unknown> = { ...old.fields }
    for (const [key, change] of Object.entries(row.fields)) {
      if (outcome !== 'created')
        expect(old.fields[key] ?? null, 'an edit is written over').toEqual(change.before)
      if (change.after === null) delete fields[key]
      else fields[key] = change.after
    }
    expected[id] = {
      fields: fields as Stakeholder['fields'],
      version: old.version + (outcome === 'linked' ? 0 : 1),
    }
    links.set(`${sync.connectionId} ${row.recordId}`, id)
  }
  expect(after.register).toEqual(expected)
  expect(linksOf(after)).toEqual(links)
}

const linksOf = ({ links }: Image) =>
  new Map(links.map((link) => [`${link.connection_id} ${link.record_id}`, link.stakeholder_id]))

/** Who was just written is not in the next plan again. */
export async function expectSettled(
  { engines, rowsOf }: World,
  at: At,
  rows: readonly ChangeView[],
): Promise<void> {
  const written = rows.filter(isApplied).map(({ recordId }) => recordId)
  const next = await rowsOf((await engines[at].plan()).planId)
  expect(next.filter((row) => isApplied(row) && written.includes(row.recordId)).map(told)).toEqual([])
}
