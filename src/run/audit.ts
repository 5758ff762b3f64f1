import { parseDatabaseConfig } from '../config.ts'
import { checkDatabase } from '../db/check.ts'
import { type DatabaseHandle, openDatabase } from '../db/client.ts'
import { type Company, listCompanies } from '../db/companies.ts'
import { startEmbedded } from '../db/embedded.ts'
import { type EmbeddedState, findEmbedded } from '../db/embedded-running.ts'
import { RollcallError } from '../errors.ts'
import { createLogger } from '../log.ts'
import { type ChainReport, verifyChains } from '../sync/chain.ts'
import { type Cleanup, createCleanup } from './cleanup.ts'
import { explain } from './process.ts'

const WHOLE = 0
const BROKEN = 1
/** Nothing is known about the journal: not the same as a broken one. */
const NOT_VERIFIED = 2

/**
 * `npm run audit:verify`: proves the journal of every company, one line each, and names the first entry that is
 * not what was written. Only reads, and works beside a running Rollcall as well as without one.
 * @returns the exit code
 */
export async function auditProcess(env: Record<string, string | undefined>): Promise<number> {
  const cleanup = createCleanup()
  try {
    const handle = await openExisting(env, cleanup)
    const reports = await verifyAll(handle)
    for (const report of reports) process.stdout.write(`${lineOf(report)}\n`)
    if (reports.length === 0) process.stdout.write('There is no company in this database yet.\n')
    return reports.some(({ firstBroken }) => firstBroken !== null) ? BROKEN : WHOLE
  } catch (thrown) {
    for (const line of explain(thrown)) process.stderr.write(`The journal could not be verified: ${line}\n`)
    return NOT_VERIFIED
  } finally {
    await cleanup.run(createLogger({ level: 'error' }))
  }
}

async function openExisting(
  env: Record<string, string | undefined>,
  cleanup: Cleanup,
): Promise<DatabaseHandle> {
  const { database, dataDir } = parseDatabaseConfig(env)
  const url =
    database.kind === 'url' ? database.url : await embeddedUrl(dataDir, await findEmbedded(dataDir), cleanup)
  const handle = openDatabase(url, { max: 1 })
  cleanup.add('database connections', () => handle.close(), 1_000)
  await checkDatabase(handle)
  return handle
}

async function embeddedUrl(dataDir: string, found: EmbeddedState, cleanup: Cleanup): Promise<string> {
  switch (found.state) {
    case 'none':
      throw new RollcallError('bad_settings', `There is no database in ${dataDir}.`, {
        remedy: 'Set DATA_DIR or DATABASE_URL to the one that Rollcall uses.',
      })
    case 'running':
      return found.url
    case 'stopped': {
      const embedded = await startEmbedded(dataDir)
      cleanup.add('database', () => embedded.stop(), 10_000)
      return embedded.url
    }
    default:
      return found satisfies never
  }
}

type CompanyReport = Company & Pick<ChainReport, 'syncs' | 'firstBroken'>

/** As of one moment, however long it takes and whatever is synced meanwhile. */
async function verifyAll(handle: DatabaseHandle): Promise<CompanyReport[]> {
  return await handle.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const chains = new Map((await verifyChains(trx)).map((chain) => [chain.companyId, chain]))
      const companies = await listCompanies(trx)
      const known = new Set(companies.map(({ companyId }) => companyId))
      // A chain does not get out of sight by taking its company away.
      const nameless = [...chains.keys()]
        .filter((companyId) => !known.has(companyId))
        .map((companyId) => ({ companyId, name: 'A company that is gone', slackTeamId: companyId }))
      return [...companies, ...nameless].map((company) => {
        const { syncs = 0, firstBroken = null } = chains.get(company.companyId) ?? {}
        return { ...company, syncs, firstBroken }
      })
    })
}

function lineOf({ name, slackTeamId, syncs, firstBroken }: CompanyReport): string {
  const company = `${name} (${slackTeamId})`
  const entries = syncs === 1 ? '1 entry' : `${syncs} entries`
  if (firstBroken === null) return `${company}: whole, ${entries}`
  const { position, syncId, why } = firstBroken
  return `${company}: BROKEN at entry ${position} of ${syncs}, sync ${syncId}: ${why}`
}
