import { z } from 'zod'
import { STANDARD_FIELD_KEYS } from '../../model.ts'
import type { Seen } from '../../sync/connections.ts'

/**
 * What was seen travels to the next page in its address: a head count and field names, no secret and nobody's data.
 * So a reload shows it again without asking the HR system again.
 */
const findings = z.object({
  people: z.coerce.number().int().nonnegative().nullable().catch(null),
  unread: z.string().transform((text) => STANDARD_FIELD_KEYS.filter((key) => text.split(',').includes(key))),
  fieldsListed: z.literal('no').optional().catch(undefined),
})

export function findingsQuery({ fieldsListed, people, unread }: Seen): string {
  const query = new URLSearchParams({ unread: unread.join(',') })
  if (people !== null) query.set('people', String(people))
  if (!fieldsListed) query.set('fieldsListed', 'no')
  return query.toString()
}

/** @returns null when the address holds none */
export function parseFindings(query: Record<string, string>): Seen | null {
  const parsed = findings.safeParse({ ...query, people: query['people'] ?? null })
  if (!parsed.success) return null
  return { ...parsed.data, fieldsListed: parsed.data.fieldsListed === undefined }
}
