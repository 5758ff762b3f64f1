import { randomUUID } from 'node:crypto'
import type { Db } from '../db/client.ts'
import { type Bucket, deleteIdleBuckets, leavePlace, pauseBuckets, takeTurn } from '../db/rate-limits.ts'
import type { Keyring } from '../db/secrets.ts'
import type { Turns } from './client-turns.ts'
import { paceOf } from './core/pace.ts'
import type { Credentials, Provider, RequestLimit } from './provider.ts'

/** What all processes have in common, and count in. */
export type Shared = { db: Db; secrets: Keyring }

/** A vendor may ask for a day by mistake; who is then asked once in a while is not troubled. */
const LONGEST_PAUSE_MS = 15 * 60_000

/** Where no limit counts a request, it costs nothing. */
export function createTurns(
  { db, secrets }: Shared,
  provider: Provider,
  apiUrl: string,
  credentials: Credentials,
): Turns {
  const buckets = (provider.limits ?? []).map((limit) => ({
    ...limit,
    bucket: bucketOf(limit, secrets, [provider.id, apiUrl, accountOf(limit, credentials)]),
  }))
  const counting = (path: string) => buckets.filter(({ under }) => path.startsWith(under))
  let left: Promise<unknown> = Promise.resolve()

  return {
    async take(path, placeMs) {
      const asked = counting(path).map(({ bucket }) => bucket)
      const held = asked.filter(({ atOnce }) => atOnce !== null)
      if (asked.length === 0) return { waitMs: 0, leave: () => undefined }
      // Otherwise the next of several pages might find the place of the one before still taken.
      await left
      const id = randomUUID()
      const waitMs = await takeTurn(db, asked, { id, placeMs })
      if (waitMs > 0) return { waitMs, leave: null }
      const leave = () => {
        // Nobody waits for it: the answer is there. If it fails, the place becomes free by itself.
        if (held.length > 0) left = Promise.allSettled([left, leavePlace(db, held, id)])
      }
      return { waitMs: 0, leave }
    },

    async pause(path, forMs) {
      const own = counting(path).filter(({ countedBy }) => countedBy === 'account')
      if (own.length === 0) return
      // A pause that cannot be told to the others leaves them to hear it from the vendor, as before.
      await pauseBuckets(
        db,
        own.map(({ bucket }) => bucket),
        Math.min(forMs, LONGEST_PAUSE_MS),
      ).catch(() => undefined)
    },
  }
}

/** Called every minute. */
export function forgetIdleAccounts({ db }: { db: Db }): Promise<void> {
  return deleteIdleBuckets(db)
}

function bucketOf(limit: RequestLimit, secrets: Keyring, about: readonly unknown[]): Bucket {
  const key = secrets.fingerprint(JSON.stringify([limit.scope, ...about]))
  if ('atOnce' in limit) return { key, spacingMs: 0, aheadMs: 0, atOnce: limit.atOnce }
  return { key, ...paceOf(limit), atOnce: null }
}

/**
 * With the secrets: two connections of one account share, whoever made them, and nobody who knows only an account's
 * name can use up its turns. Under a key that the database does not hold, so that nothing can be guessed from it.
 */
function accountOf({ countedBy }: RequestLimit, credentials: Credentials): unknown {
  return countedBy === 'account' ? Object.entries(credentials).toSorted(([a], [b]) => (a < b ? -1 : 1)) : null
}
