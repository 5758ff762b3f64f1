import { type DatabaseHandle, openDatabase } from '../src/db/client.ts'
import { migrateToLatest } from '../src/db/migrate.ts'

export type Databases = {
  /**
   * A database that is filled once and then only copied, so that every lap starts from the very same bytes.
   * Returns what `fill` returned, also when another figure has already had it made.
   */
  template<T>(name: string, from: string, fill: (database: DatabaseHandle) => Promise<T>): Promise<T>
  /** A copy, with nothing left to vacuum, analyze or write out. */
  copyOf(template: string): Promise<DatabaseHandle>
  /** Closes and drops the copies that were made so far. */
  dropCopies(): Promise<void>
  close(): Promise<void>
}

/** The template that has the tables and nothing in them. */
export const MIGRATED = 'migrated'

export async function openDatabases(serverUrl: string): Promise<Databases> {
  const admin = openDatabase(serverUrl, { max: 1 })
  const filled = new Map<string, unknown>()
  const copies: { name: string; handle: DatabaseHandle }[] = []
  let number = 0

  async function create(name: string, from: string): Promise<DatabaseHandle> {
    await admin.pool.query(`create database ${name} template ${from} strategy file_copy`)
    const url = new URL(serverUrl)
    url.pathname = `/${name}`
    return openDatabase(url.href)
  }

  async function template<T>(name: string, from: string, fill: (database: DatabaseHandle) => Promise<T>) {
    if (!filled.has(name)) {
      const handle = await create(name, from)
      try {
        filled.set(name, await fill(handle))
        await handle.pool.query('vacuum (freeze, analyze)')
      } finally {
        await handle.close()
      }
    }
    return filled.get(name) as T
  }

  // What a figure starts from is vacuumed and analyzed; nothing of that may fall into somebody's time by chance.
  await admin.pool.query('alter system set autovacuum = off')
  await admin.pool.query('select pg_reload_conf()')
  await template(MIGRATED, 'template0', migrateToLatest)
  return {
    template,
    async copyOf(from) {
      const name = `copy_${++number}`
      const handle = await create(name, from)
      copies.push({ name, handle })
      return handle
    },
    async dropCopies() {
      for (const { name, handle } of copies.splice(0)) {
        await handle.close()
        await admin.pool.query(`drop database ${name} with (force)`)
      }
    },
    close: () => admin.close(),
  }
}
