import { z } from 'zod'

/** What a [Why?] button carries: an HR record, one by unsaved conditions, or a stakeholder. */
export const whyPerson = (record: { connectionId: string; recordId: string }): string =>
  `p:${record.connectionId}:${record.recordId}`
export const whyUnsaved = (record: { draftId: string; recordId: string }): string =>
  `d:${record.draftId}:${record.recordId}`
export const whyStakeholder = (stakeholderId: string): string => `s:${stakeholderId}`

export type WhySubject =
  | { connectionId: string; recordId: string }
  | { draftId: string; recordId: string }
  | { stakeholderId: string }

export function parseWhy(value: string): WhySubject | null {
  const [, kind, id = '', recordId] = /^([pd]):([^:]+):(.+)$/s.exec(value) ?? []
  if (recordId !== undefined && z.guid().safeParse(id).success)
    return kind === 'p' ? { connectionId: id, recordId } : { draftId: id, recordId }
  const stakeholderId = z.guid().safeParse(value.replace(/^s:/, ''))
  return stakeholderId.success ? { stakeholderId: stakeholderId.data } : null
}
