import { findCachedPeople } from '../db/cache.ts'
import type { Db } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { findLinkOrigin } from '../db/links.ts'
import { getSyncSettings } from '../db/settings.ts'
import { findStakeholder } from '../db/stakeholders.ts'
import type { PlanKind } from '../model.ts'
import { withoutHeld } from './candidate.ts'
import { type KeptField, keptFields } from './core/kept.ts'
import { mappingSchema } from './core/mapping.ts'

/** Those whose fields a plan compares. */
const COMPARED: readonly PlanKind[] = ['update', 'left', 'returned', 'link', 'unchanged']

/** What the register keeps of this person because HR has no value, as of now. A held field is not one of them. */
export async function listKeptFields(
  db: Db,
  place: { companyId: string; connectionId: string },
  { kind, recordId, stakeholderId }: { kind: PlanKind; recordId: string; stakeholderId: string | null },
): Promise<KeptField[]> {
  if (!COMPARED.includes(kind)) return []
  const { companyId, connectionId } = place
  const id = stakeholderId ?? (await findLinkOrigin(db, place, recordId))?.stakeholderId
  const [employee, stakeholder, settings, connection] = await Promise.all([
    findCachedPeople(db, place, [recordId]).then((people) => people.get(recordId)),
    id === undefined ? undefined : findStakeholder(db, companyId, id),
    getSyncSettings(db, companyId, connectionId),
    getConnection(db, companyId, connectionId),
  ])
  if (!employee || !stakeholder) return []
  const delivered = withoutHeld(employee, connection.held_fields)
  return keptFields(delivered, stakeholder.fields, mappingSchema.parse(settings.mapping))
}
