import { Logger, runMigrations } from 'graphile-worker'
import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { RollcallError } from '../errors.ts'
import type { DatabaseHandle } from './client.ts'
import * as initial from './migrations/0001-initial.ts'
import * as webhooks from './migrations/0002-webhooks.ts'
import * as connectionFields from './migrations/0003-connection-fields.ts'
import * as webhookProblem from './migrations/0004-webhook-problem.ts'
import * as rateLimits from './migrations/0005-rate-limits.ts'
import * as targetedRetrievals from './migrations/0006-targeted-retrievals.ts'
import * as journalLinks from './migrations/0007-journal-links.ts'
import * as fieldChoices from './migrations/0008-field-choices.ts'
import * as journalByStakeholder from './migrations/0009-journal-by-stakeholder.ts'
import * as planLinks from './migrations/0010-plan-links.ts'
import * as conditionDrafts from './migrations/0011-condition-drafts.ts'
import * as temporaryStaging from './migrations/0012-temporary-staging.ts'
import * as decisionBases from './migrations/0013-decision-bases.ts'
import * as keptLedgers from './migrations/0014-kept-ledgers.ts'
import * as whatAnswersWereAbout from './migrations/0015-what-answers-were-about.ts'
import * as trimmedKeys from './migrations/0016-trimmed-keys.ts'
import { withSessionLock } from './session-lock.ts'

/** Order is the order of names. Append only: a migration that has run anywhere is frozen. */
const migrations: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-webhooks': webhooks,
  '0003-connection-fields': connectionFields,
  '0004-webhook-problem': webhookProblem,
  '0005-rate-limits': rateLimits,
  '0006-targeted-retrievals': targetedRetrievals,
  '0007-journal-links': journalLinks,
  '0008-field-choices': fieldChoices,
  '0009-journal-by-stakeholder': journalByStakeholder,
  '0010-plan-links': planLinks,
  '0011-condition-drafts': conditionDrafts,
  '0012-temporary-staging': temporaryStaging,
  '0013-decision-bases': decisionBases,
  '0014-kept-ledgers': keptLedgers,
  '0015-what-answers-were-about': whatAnswersWereAbout,
  '0016-trimmed-keys': trimmedKeys,
}

/**
 * Brings the database up to this version: our tables, then the job queue's own. Processes that start at the same
 * moment wait for each other: the job queue's migrations have no lock of their own that lasts from first to last.
 */
export async function migrateToLatest(handle: DatabaseHandle): Promise<{ applied: string[] }> {
  return await withSessionLock(handle.pool, 'migrate', async () => {
    await refuseNewerDatabase(handle)
    const { error, results = [] } = await createMigrator(handle).migrateToLatest()
    if (error !== undefined) {
      const failed = results.find((result) => result.status === 'Error')
      throw new RollcallError(
        'internal',
        failed === undefined
          ? 'The database could not be brought up to date.'
          : `The migration "${failed.migrationName}" failed and was rolled back; the database is as it was.`,
        { cause: error },
      )
    }
    await runMigrations({ pgPool: handle.pool, logger: new Logger(() => () => undefined) })
    return { applied: results.map((result) => result.migrationName) }
  })
}

/** Names of the migrations that this version has and the database has not. */
export async function pendingMigrations(handle: DatabaseHandle): Promise<string[]> {
  const known = await createMigrator(handle).getMigrations()
  return known.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name)
}

function createMigrator(handle: DatabaseHandle): Migrator {
  return new Migrator({ db: handle.db, provider: { getMigrations: async () => migrations } })
}

async function refuseNewerDatabase(handle: DatabaseHandle): Promise<void> {
  const table = await sql<{
    name: string | null
  }>`select to_regclass('kysely_migration')::text as name`.execute(handle.db)
  if (table.rows[0]?.name == null) return
  const executed = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    handle.db,
  )
  const unknown = executed.rows.map((row) => row.name).filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new RollcallError(
    'bad_settings',
    `The database was brought up by a newer version of Rollcall: this one does not know ${unknown.join(', ')}.`,
    { remedy: 'Start the newer version, or restore a backup made before it. Nothing was changed.' },
  )
}
