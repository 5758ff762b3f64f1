import { expect } from 'vitest'
import type { Identifier } from '../../../../src/model.ts'
import { normaliseEmployee } from '../../../../src/sync/core/normalise.ts'
import { listDecisions } from '../../../../src/sync/decide.ts'
import type { ChangeView } from '../../../../src/sync/plan.ts'
import { getSettings } from '../../../../src/sync/settings.ts'
import type { Image } from '../image.ts'
import type { At, World } from '../world.ts'
import { isApplied } from './matching.ts'

/** Who is matched by an identifier alone is the only one in HR who has it, and so is the stakeholder; created is who matches nobody. */
export async function expectNoneOfSeveral(
  { companyId, database, known, places }: World,
  at: At,
  { links, register }: Image,
  rows: readonly ChangeView[],
): Promise<void> {
  const { connectionId } = places[at]
  const { identifier } = await getSettings(database.db, places[at])
  const answered = (await listDecisions(database.db, companyId)).flatMap((it) =>
    it.about === 'match' && it.connectionId === connectionId ? [it.recordId] : [],
  )
  const linked = links.filter((link) => link.connection_id === connectionId)
  const met = new Set([...answered, ...linked.map(({ record_id }) => record_id)])
  const people = [...known[at].present.values()].flatMap((one) => {
    const read = normaliseEmployee(one)
    return read.ok ? [keyOf(identifier, read.employee[identifier])] : []
  })
  for (const row of rows.filter((it) => isApplied(it) && !met.has(it.recordId))) {
    const key = keyOf(identifier, row.person?.[identifier])
    expect(people.filter((it) => it === key).length, 'one of several in HR').toBe(1)
    const having = Object.entries(register).filter(
      ([, it]) => keyOf(identifier, it.fields[identifier]) === key,
    )
    const ids = having.map(([id]) => id)
    expect(ids, 'one of several stakeholders').toEqual(row.kind === 'create' ? [] : [row.stakeholderId])
  }
}

/** Emails are compared in any capitals. */
const keyOf = (identifier: Identifier, value: unknown): string => {
  const text = typeof value === 'string' ? value.trim() : ''
  return identifier === 'employeeNumber' ? text : text.toLowerCase()
}
