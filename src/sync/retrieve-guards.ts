import type { ConnectionRow } from '../db/connections.ts'
import { RollcallError } from '../errors.ts'
import { STANDARD_FIELDS, type StandardField } from '../model.ts'
import type { Provider } from './provider.ts'
import type { StagedRead } from './stage.ts'

/** A read that may take the cache's place: `proveComplete` alone makes one. */
export type ProvenRead = StagedRead & { readonly proven: true }

/**
 * Whether everything that should have come did come.
 * @param mayMiss standard fields that nobody was delivered with last time either, or without which a person
 * decided to go on; `null` where nothing was retrieved yet
 * @throws RollcallError `provider_empty`, `provider_bad_answer` or `provider_forbidden`
 */
export function proveComplete(
  read: StagedRead,
  provider: Provider,
  mayMiss: readonly StandardField[] | null,
): ProvenRead {
  const { label } = provider
  if (read.people === 0) {
    throw new RollcallError('provider_empty', `${label} answered, but showed us nobody.`, {
      remedy: `Check in ${label} which people these credentials may see: everybody, former employees too. Then press Retrieve Now.`,
    })
  }
  if (read.expected !== null && read.people !== read.expected) {
    throw new RollcallError(
      'provider_bad_answer',
      `${label} announced ${read.expected} people and sent ${read.people}.`,
      {
        remedy: 'Somebody may have been at work in it. Press Retrieve Now to read again.',
      },
    )
  }
  if (read.unreadable >= read.people) {
    throw new RollcallError(
      'provider_bad_answer',
      `None of the ${read.people} people from ${label} could be read.`,
      {
        remedy: `${label} may have changed its API: tell support.`,
      },
    )
  }
  const lost = mayMiss === null ? [] : read.unreadFields.filter((field) => !mayMiss.includes(field))
  const [first] = lost
  if (first !== undefined) {
    throw new RollcallError('provider_forbidden', `${label} no longer shows us ${listed(lost)} of anybody.`, {
      remedy: `${provider.whereToGrant(first)} Then press Retrieve Now.`,
      fields: lost,
    })
  }
  return { ...read, proven: true }
}

/**
 * What was deleted when somebody disconnected does not come back by a read that was under way.
 * @throws RollcallError `conflict`
 */
export function expectInUse({ status }: Pick<ConnectionRow, 'status'>): void {
  if (status === 'removed')
    throw new RollcallError('conflict', 'The HR system was disconnected while it was read.')
}

function listed(fields: readonly StandardField[]): string {
  const labels = fields.slice(0, 3).map((field) => STANDARD_FIELDS[field].label)
  const rest = fields.length - labels.length
  return rest > 0
    ? `${labels.join(', ')} and ${rest} more fields`
    : labels.join(labels.length === 2 ? ' and ' : ', ')
}
