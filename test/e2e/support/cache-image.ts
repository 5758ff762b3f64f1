import type { TestDatabase } from '../../support/database.ts'

/** Every byte of the cache, and the transaction that last touched each row: equal means untouched. */
export async function cacheImage({ pool }: TestDatabase): Promise<string> {
  const { rows } = await pool.query<{ image: string | null }>(
    `select string_agg(xmin::text || ' ' || cached_employee::text, E'\\n' order by record_id) as image
     from cached_employee`,
  )
  return rows[0]?.image ?? ''
}
