import { expect } from 'vitest'
import { APPLIED_KINDS, type PlanKind } from '../../../../src/model.ts'
import { listDecisions } from '../../../../src/sync/decide.ts'
import type { ChangeView } from '../../../../src/sync/plan.ts'
import { getSettings } from '../../../../src/sync/settings.ts'
import type { Place } from '../../seed.ts'
import type { Image } from '../image.ts'
import type { World } from '../world.ts'

export const isApplied = ({ kind }: { kind: PlanKind }) =>
  (APPLIED_KINDS as readonly PlanKind[]).includes(kind)

/** Every link leads to somebody, and two of one connection to the same one only where a person said so. */
export async function expectSoundLinks(
  { companyId, database }: World,
  { links, register }: Image,
): Promise<void> {
  const { rows: decided } = await database.pool.query<{ stakeholder_id: string }>(
    `select distinct stakeholder_id from match_decision
    where company_id = $1 and verdict in ('link', 'new_contract')`,
    [companyId],
  )
  const mayBeTwice = new Set(decided.map((row) => row.stakeholder_id))
  const seen = new Set<string>()
  for (const { connection_id, stakeholder_id } of links) {
    expect(register, 'a link to nobody').toHaveProperty(stakeholder_id)
    const pair = `${connection_id} ${stakeholder_id}`
    if (!mayBeTwice.has(stakeholder_id)) expect(seen, 'two records on one stakeholder').not.toContain(pair)
    seen.add(pair)
  }
}

/** What would be written rests on an identifier, a link or an answer, and keeps to the rules of its fields. */
export async function expectSoundRows(
  { companyId, database, image, known, places }: World,
  place: Place,
  rows: readonly ChangeView[],
): Promise<void> {
  const { identifier, mapping } = await getSettings(database.db, place)
  const decisions = (await listDecisions(database.db, companyId)).filter(
    ({ connectionId }) => connectionId === place.connectionId,
  )
  const { links } = await image()
  const written = rows.filter(isApplied)
  const ids = written.filter(({ kind }) => kind !== 'create').map(({ stakeholderId }) => stakeholderId)
  expect(ids, 'two rows for one stakeholder').toEqual([...new Set(ids)])
  const records = written.map(({ recordId }) => recordId)
  expect(records, 'two rows for one record').toEqual([...new Set(records)])
  for (const row of written) {
    const about = decisions.filter(({ recordId }) => recordId === row.recordId)
    const isOwn = (link: Image['links'][number]) =>
      link.connection_id === place.connectionId && link.record_id === row.recordId
    const decided = expect.objectContaining({ about: 'match' })
    if (!links.some(isOwn) && !row.person?.[identifier]?.trim())
      expect(about, 'a blank matched somebody').toContainEqual(decided)
    // A disconnected HR system gives way to another one.
    const theirs = links.filter(
      (link) =>
        link.stakeholder_id === row.stakeholderId &&
        known[link.connection_id === places[0].connectionId ? 0 : 1].isConnected,
    )
    if (theirs.length > 0 && !theirs.some(isOwn))
      expect(about, "another record's stakeholder is taken").toContainEqual(decided)
    for (const [field, { before, after }] of Object.entries(row.fields)) {
      const { owner, mayClear } = mapping.fields[field as 'phone'] ??
        mapping.custom.find(({ to }) => field === `custom:${to}`) ?? { owner: 'hr', mayClear: false }
      const tookHr = about.some((it) => it.about === 'field' && it.field === field && it.verdict === 'hr')
      expect(owner, 'HR never writes it').not.toBe('register')
      if (owner === 'fill') expect(before).toBeNull()
      if (owner === 'ask' && row.kind !== 'create') expect(tookHr, 'nobody was asked').toBe(true)
      if (after === null) expect(mayClear || (field === 'endDate' && tookHr), 'a blank clears').toBe(true)
    }
  }
}
