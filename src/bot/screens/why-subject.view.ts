import { z } from 'zod'

/** What a [Why?] button carries: an HR record, or a stakeholder. */
export const whyPerson = (record: { connectionId: string; recordId: string }): string =>
  `p:${record.connectionId}:${record.recordId}`
export const whyStakeholder = (stakeholderId: string): string => `s:${stakeholderId}`

export type WhySubject = { connectionId: string; recordId: string } | { stakeholderId: string }

export function parseWhy(value: string): WhySubject | null {
  const [, connectionId, recordId] = /^p:([^:]+):(.+)$/s.exec(value) ?? []
  if (recordId !== undefined && z.guid().safeParse(connectionId).success)
    return { connectionId: connectionId ?? '', recordId }
  const stakeholderId = z.guid().safeParse(value.replace(/^s:/, ''))
  return stakeholderId.success ? { stakeholderId: stakeholderId.data } : null
}
