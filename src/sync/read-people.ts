import { RollcallError } from '../errors.ts'
import type { Employee } from '../model.ts'
import { deliverRow, normaliseRow } from './deliver.ts'
import { fingerprintAll } from './fingerprint.ts'
import type { PeopleRequest, Provider, ProviderClient } from './provider.ts'

/** Exactly those asked for, each once and each readable. It says nothing about anybody else. */
export type PeopleRead = { readonly exact: true; people: readonly PersonRead[] }
/** `hash` is of the person as they were delivered, as a full read takes it. */
export type PersonRead = { employee: Employee; hash: string }

/**
 * Reads a few people by record id.
 * @throws RollcallError `provider_bad_answer` for anything less, or more, than what was asked for; whoever does not
 * come may have left, be hidden from these credentials, or not be found yet: which of these, only a full read tells
 */
export async function readPeople(
  provider: Provider,
  client: ProviderClient,
  request: PeopleRequest,
): Promise<PeopleRead> {
  if (provider.people === undefined) throw doubtful(provider, 'cannot be asked for single people')
  const { rows, context } = await provider.people(client, request)
  const asked = new Set(request.recordIds)
  const delivered = rows.map((raw) => deliverRow(provider, raw, context, 'unreadable'))
  const people = fingerprintAll(delivered).map(({ row, hash }) => {
    const read = normaliseRow(row)
    if (!read.ok) throw doubtful(provider, 'sent somebody whom we cannot read')
    if (!asked.delete(read.employee.recordId)) throw doubtful(provider, 'sent somebody not asked for')
    return { employee: read.employee, hash }
  })
  if (asked.size > 0) throw doubtful(provider, 'did not send everybody asked for')
  return { exact: true, people }
}

function doubtful({ label }: Provider, what: string): RollcallError {
  return new RollcallError('provider_bad_answer', `${label} ${what}.`, {
    remedy: 'Press Retrieve Now to read everybody.',
  })
}
