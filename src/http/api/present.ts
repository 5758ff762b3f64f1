import type { RetrievalRow } from '../../db/retrievals.ts'

/** A retrieval as callers see it: numbers and what went wrong in plain words. */
export function presentRetrieval(row: RetrievalRow) {
  const { error_code, error_message } = row
  return {
    retrievalId: row.retrieval_id,
    connectionId: row.connection_id,
    status: row.status,
    reads: row.record_ids === null ? 'everybody' : 'people',
    actor: row.actor,
    peopleRead: row.people_read,
    peopleExpected: row.people_expected,
    counts: {
      added: row.added,
      changed: row.changed,
      unchanged: row.unchanged,
      vanished: row.vanished,
      unreadable: row.unreadable,
      repeated: row.repeated,
    },
    unreadFields: row.unread_fields,
    error:
      error_code === null ? null : { code: error_code, message: error_message, remedy: row.error_remedy },
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}
