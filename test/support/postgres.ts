import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/client.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrateToLatest } from '../../src/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}

export const TEMPLATE = 'rollcall_template'

/** One PostgreSQL for the whole run and one migrated database in it, which every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await makeTemporaryDir()
  const server = await startEmbedded(directory)
  const teardown = async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await createTemplate(server.url)
  } catch (thrown) {
    await teardown()
    throw thrown
  }
  project.provide('databaseUrl', server.url)
  return teardown
}

async function createTemplate(serverUrl: string): Promise<void> {
  const admin = openDatabase(serverUrl, { max: 1 })
  // Nothing here outlives the run, so nothing needs to reach the disk.
  await admin.pool.query('alter system set fsync = off')
  await admin.pool.query('select pg_reload_conf()')
  await admin.pool.query(`create database ${TEMPLATE}`)
  await admin.close()
  const template = openDatabase(databaseUrl(serverUrl, TEMPLATE))
  await migrateToLatest(template)
  await template.close()
}

/** Open to passing through, as the database may run as another user. */
export async function makeTemporaryDir(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-test-'))
  await chmod(directory, 0o711)
  return directory
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
