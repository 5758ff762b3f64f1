import { sql } from 'kysely'
import type { Db } from './client.ts'
import type { ConnectionRow } from './connections.ts'

/** One connection for each encryption key in use: enough to see whether every key is still at hand. */
export async function listOneConnectionPerKey(db: Db): Promise<ConnectionRow[]> {
  // The header of a sealed secret: version, length of the key id, key id.
  const keyId = sql`substring(sealed_credentials from 3 for get_byte(sealed_credentials, 1))`
  return await db
    .selectFrom('connection')
    .selectAll()
    .distinctOn(keyId)
    .where('sealed_credentials', 'is not', null)
    .orderBy(keyId)
    .orderBy('created_at', 'desc')
    .execute()
}
