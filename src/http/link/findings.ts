import { z } from 'zod'
import { STANDARD_FIELD_KEYS } from '../../model.ts'
import type { Probe } from '../../sync/provider.ts'

/**
 * What the probe saw travels to the next page in its address: a head count and field names, no secret and
 * nobody's data. So a reload shows it again without asking the HR system again.
 */
const findings = z.object({
  people: z.coerce.number().int().nonnegative().nullable().catch(null),
  unread: z.string().transform((text) => STANDARD_FIELD_KEYS.filter((key) => text.split(',').includes(key))),
})

export function findingsQuery({ people, unread }: Probe): string {
  const query = new URLSearchParams({ unread: unread.join(',') })
  if (people !== null) query.set('people', String(people))
  return query.toString()
}

/** @returns null when the address holds none */
export function parseFindings(query: Record<string, string>): Probe | null {
  const parsed = findings.safeParse({ people: query['people'] ?? null, unread: query['unread'] })
  return parsed.success ? parsed.data : null
}
