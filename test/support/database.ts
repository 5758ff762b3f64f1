import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type DatabaseHandle, openDatabase } from '../../src/db/client.ts'
import { databaseUrl, TEMPLATE } from './postgres.ts'

export type TestDatabase = DatabaseHandle & { drop(): Promise<void> }

/** A migrated, empty database of its own, for one test file or one test. Call `drop` afterwards. */
export function createTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  return create(`create database $name template ${TEMPLATE} strategy file_copy`, options)
}

/** Not even migrated: for the tests of migrations and of starting up. */
export function createBlankDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  return create('create database $name template template0', options)
}

async function create(statement: string, options: { max?: number }): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await run(serverUrl, statement.replace('$name', name))
  const handle = openDatabase(databaseUrl(serverUrl, name), options)
  return {
    ...handle,
    async drop() {
      await handle.close()
      await run(serverUrl, `drop database ${name} with (force)`)
    },
  }
}

async function run(serverUrl: string, statement: string): Promise<void> {
  const admin = openDatabase(serverUrl, { max: 1 })
  try {
    await admin.pool.query(statement)
  } finally {
    await admin.close()
  }
}
