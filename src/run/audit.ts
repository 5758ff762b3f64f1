import { parseArgs } from 'node:util'
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
 * `npm run audit:verify`: proves the journal of every company, one line each with its newest digest, and names the
 * first entry that is not what was written. Only reads, and works beside a running Rollcall as well as without one.
 * @param args `--expect <digest>`, as often as wanted: one that was printed earlier and kept elsewhere. A chain that
 *   was cut off at its end is whole in itself, and only lacks what somebody remembers.
 * @returns the exit code
 */
export async function auditProcess(
  env: Record<string, string | undefined>,
  args: readonly string[],
): Promise<number> {
  const cleanup = createCleanup()
  try {
    const expected = parseExpected(args)
    const handle = await openExisting(env, cleanup)
    const reports = await verifyAll(handle)
    for (const report of reports) process.stdout.write(`${lineOf(report)}\n`)
    if (reports.length === 0) process.stdout.write('There is no company in this database yet.\n')
    const proven = new Set(reports.flatMap(({ digests }) => digests))
    const missing = expected.filter((digest) => !proven.has(digest))
    for (const digest of missing) process.stdout.write(`${MISSING} ${digest}\n`)
    return missing.length > 0 || reports.some(({ firstBroken }) => firstBroken !== null) ? BROKEN : WHOLE
  } catch (thrown) {
    for (const line of explain(thrown)) process.stderr.write(`The journal could not be verified: ${line}\n`)
    return NOT_VERIFIED
  } finally {
    await cleanup.run(createLogger({ level: 'error' }))
  }
}

const MISSING =
  'BROKEN at the end: no company has an entry, proven from the first on, with the expected digest'

function parseExpected(args: readonly string[]): string[] {
  const digests = asked(args)?.map((digest) => digest.toLowerCase())
  if (digests?.every((digest) => /^[0-9a-f]{64}$/u.test(digest))) return digests
  throw new RollcallError(
    'bad_request',
    'It takes nothing but --expect and a digest that it printed earlier.',
    {
      remedy: 'npm run audit:verify -- --expect <64 hexadecimal digits>',
    },
  )
}

function asked(args: readonly string[]): string[] | undefined {
  try {
    const options = { expect: { type: 'string', multiple: true } } as const
    return parseArgs({ args: [...args], options }).values.expect ?? []
  } catch {
    return undefined
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

type CompanyReport = Company & Pick<ChainReport, 'syncs' | 'digests' | 'firstBroken'>

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
        const { syncs = 0, digests = [], firstBroken = null } = chains.get(company.companyId) ?? {}
        return { ...company, syncs, digests, firstBroken }
      })
    })
}

function lineOf({ name, slackTeamId, syncs, digests, firstBroken }: CompanyReport): string {
  const company = `${name} (${slackTeamId})`
  const entries = syncs === 1 ? '1 entry' : `${syncs} entries`
  const newest = digests.at(-1)
  if (firstBroken === null)
    return `${company}: whole, ${entries}${newest === undefined ? '' : `, newest digest ${newest}`}`
  const { position, syncId, why } = firstBroken
  return `${company}: BROKEN at entry ${position} of ${syncs}, sync ${syncId}: ${why}`
}
