import { sql } from 'kysely'
import type { Db } from './client.ts'

/** One limit of one account. `atOnce`: how many requests may be under way, `null` where only their pace counts. */
export type Bucket = { key: Buffer; spacingMs: number; aheadMs: number; atOnce: number | null }

/** How soon to look again for a place: nobody tells when one becomes free. */
const LOOK_AGAIN_MS = 250
/** Two came for the last turn at the same moment. */
const LOST_RACE_MS = 20

/**
 * Takes a turn in every bucket, in one statement and by the database's clock, or in none of them and says how many
 * milliseconds later to ask again. Nothing stays locked; a place that nobody leaves is free again after `placeMs`.
 */
export async function takeTurn(
  db: Db,
  buckets: readonly Bucket[],
  place: { id: string; placeMs: number },
): Promise<number> {
  const { rows } = await sql<{ wait_ms: number; is_taken: boolean }>`
    with asked as (${asked(buckets)}),
    standing as (
      select coalesce(max(${waitMs}), 0)::float8 as wait_ms from asked as a join rate_limit as b using (bucket)
    ),
    taken as (
      insert into rate_limit as b (bucket, next_at, places)
      select
        bucket, clock_timestamp() + spacing_ms * interval '1 ms',
        case when at_once is null then '{}'
          else jsonb_build_object(${place.id}::text, clock_timestamp() + ${place.placeMs}::float8 * interval '1 ms') end
      from asked where (select wait_ms from standing) = 0 order by bucket
      on conflict (bucket) do update set
        next_at = greatest(b.next_at, clock_timestamp())
          + (select a.spacing_ms from asked as a where a.bucket = b.bucket) * interval '1 ms',
        places = excluded.places || (select coalesce(jsonb_object_agg(id, until), '{}') from ${livePlaces})
      -- Asked again of the locked row: what "standing" saw may be over.
      where (select ${waitMs} from asked as a where a.bucket = b.bucket) = 0
      returning 1
    )
    select ceil(wait_ms) as wait_ms, (select count(*) from taken) = ${buckets.length} as is_taken from standing
  `.execute(db)
  const [answer] = rows
  if (answer?.is_taken) return 0
  if (answer && answer.wait_ms > 0) return answer.wait_ms
  // Some may have been taken before another was refused; a turn lost so is lost, a place must not be.
  await leavePlace(db, buckets, place.id)
  return LOST_RACE_MS
}

export async function leavePlace(db: Db, buckets: readonly Bucket[], placeId: string): Promise<void> {
  await sql`
    update rate_limit set places = places - ${placeId}::text where bucket in (
      select bucket from rate_limit where bucket = any(${keys(buckets)}::bytea[]) order by bucket for update
    )
  `.execute(db)
}

/** Nobody gets a turn in the next `forMs`, and afterwards one after the other. It never shortens another pause. */
export async function pauseBuckets(db: Db, buckets: readonly Bucket[], forMs: number): Promise<void> {
  await sql`
    insert into rate_limit as b (bucket, next_at)
    select bucket, clock_timestamp() + (ahead_ms + ${forMs}::float8) * interval '1 ms'
    from (${asked(buckets)}) as a order by bucket
    on conflict (bucket) do update set next_at = greatest(b.next_at, excluded.next_at)
  `.execute(db)
}

/** What has been idle for an hour means the same as no row at all. */
export async function deleteIdleBuckets(db: Db): Promise<void> {
  await sql`
    delete from rate_limit where bucket in (
      select bucket from rate_limit where next_at < now() - interval '1 hour' for update skip locked
    )
  `.execute(db)
}

const livePlaces = sql`(
  select p.key as id, p.value as until from jsonb_each_text(b.places) as p
  where p.value::timestamptz > clock_timestamp()
) as live`

/** Of the row `b`, asked for by `a`: 0 where it is our turn. */
const waitMs = sql`greatest(
  0,
  extract(epoch from b.next_at - clock_timestamp())::float8 * 1000 - a.ahead_ms,
  case when a.at_once <= (select count(*) from ${livePlaces}) then ${sql.lit(LOOK_AGAIN_MS)} end
)`

function asked(buckets: readonly Bucket[]) {
  return sql`
    select * from unnest(
      ${keys(buckets)}::bytea[],
      ${buckets.map(({ spacingMs }) => spacingMs)}::float8[],
      ${buckets.map(({ aheadMs }) => aheadMs)}::float8[],
      ${buckets.map(({ atOnce }) => atOnce)}::int[]
    ) as asked (bucket, spacing_ms, ahead_ms, at_once)`
}

function keys(buckets: readonly Bucket[]): string[] {
  return buckets.map(({ key }) => `\\x${key.toString('hex')}`)
}
