import pg from 'pg'
import { RollcallError } from '../errors.ts'
import type { DatabaseHandle } from './client.ts'

const OLDEST = 15

/** @throws RollcallError `database_unavailable`, saying in one sentence what stands between us and it */
export async function checkDatabase(handle: DatabaseHandle): Promise<void> {
  const version = await handle.pool
    .query<{ version: string }>("select current_setting('server_version') as version")
    .then(({ rows }) => rows[0]?.version ?? '')
    .catch((cause: unknown) => {
      throw explain(handle.url, cause)
    })
  if (Number.parseInt(version, 10) >= OLDEST) return
  throw new RollcallError(
    'database_unavailable',
    `The database is PostgreSQL ${version}, which is too old.`,
    {
      remedy: `Use PostgreSQL ${OLDEST} or later.`,
    },
  )
}

function explain(url: string, cause: unknown): RollcallError {
  const { host, pathname, username } = new URL(url)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const unavailable = (message: string, remedy: string) =>
    new RollcallError('database_unavailable', message, { remedy, cause })

  if (code === '28P01' || code === '28000') {
    return unavailable(
      `The database at ${host} refused the user "${username}" or the password.`,
      'Correct DATABASE_URL.',
    )
  }
  if (code === '3D000') {
    return unavailable(
      `The database server at ${host} has no database "${pathname.slice(1)}".`,
      'Create it, or correct DATABASE_URL.',
    )
  }
  if (code === '53300')
    return unavailable(`The database at ${host} has no free connection.`, 'Raise max_connections.')
  if (cause instanceof pg.DatabaseError) {
    return unavailable(`The database at ${host} refused: ${cause.message}.`, 'Correct DATABASE_URL.')
  }
  return unavailable(
    `The database at ${host} cannot be reached${code === '' ? '' : ` (${code})`}.`,
    'Start it, or correct DATABASE_URL.',
  )
}
