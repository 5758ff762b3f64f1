import type { Db } from '../db/client.ts'
import { digestJournal, listChain, listCompaniesWithSyncs, type SyncRow } from '../db/syncs.ts'

/**
 * The journal is append-only, and each applied sync carries the digest of its rows, its own line and the
 * digest before it: changing anything afterwards breaks the chain at that sync.
 */
export async function digestSync(
  db: Db,
  sync: Pick<SyncRow, 'company_id' | 'sync_id' | 'plan_id' | 'kind' | 'actor' | 'undoes' | 'knowingly'> & {
    applied_at: Date
  },
  previous: Buffer = Buffer.alloc(32),
): Promise<Buffer> {
  const line = JSON.stringify([
    sync.company_id,
    sync.sync_id,
    sync.plan_id,
    sync.kind,
    sync.actor,
    sync.undoes,
    sync.knowingly,
    sync.applied_at.toISOString(),
  ])
  return await digestJournal(db, sync.company_id, sync.sync_id, Buffer.concat([previous, Buffer.from(line)]))
}

export type ChainReport = {
  companyId: string
  syncs: number
  /** Of every entry that was proven, oldest first, in hexadecimal. An old one is still here; cut off, it is not. */
  digests: readonly string[]
  firstBroken: { position: number; syncId: string; why: string } | null
}

/** Recomputes every company's chain and names the first entry that is not what was written. */
export async function verifyChains(db: Db): Promise<ChainReport[]> {
  const reports: ChainReport[] = []
  for (const companyId of await listCompaniesWithSyncs(db)) reports.push(await verifyChain(db, companyId))
  return reports
}

async function verifyChain(db: Db, companyId: string): Promise<ChainReport> {
  const syncs = await listChain(db, companyId)
  const digests: string[] = []
  let previous: Buffer | undefined
  for (const [index, sync] of syncs.entries()) {
    const broken = (why: string): ChainReport => ({
      companyId,
      syncs: syncs.length,
      digests,
      firstBroken: { position: index + 1, syncId: sync.sync_id, why },
    })
    if (Number(sync.position) !== index + 1) return broken(`sync ${index + 1} is missing`)
    if (!sync.applied_at || !sync.digest) return broken('it has no digest or no time')
    const digest = await digestSync(db, { ...sync, applied_at: sync.applied_at }, previous)
    if (!digest.equals(sync.digest)) return broken('its rows are not the ones that were written')
    digests.push(digest.toString('hex'))
    previous = digest
  }
  return { companyId, syncs: syncs.length, digests, firstBroken: null }
}
