import { z } from 'zod'
import type { RollcallError } from '../../errors.ts'
import type { CredentialField, Credentials } from '../../sync/provider.ts'

const MAX_LENGTH = 4096

/** What went wrong, where: `field` is the one to correct, `null` when it is not about what was typed. */
export type FormProblem = { field: string | null; message: string; remedy: string | null }

/** What the form shows again after a failure. It has no place for a secret. */
export type TypedValues = Readonly<Record<string, string>>

export type SubmittedForm =
  | { ok: true; credentials: Credentials; typed: TypedValues }
  | { ok: false; problems: readonly FormProblem[]; typed: TypedValues }

/** Pasted text often brings a space or a line end along; no credential has one at its edges. */
const pasted = z.string().trim().max(MAX_LENGTH).catch('')

export function parseCredentials(fields: readonly CredentialField[], body: unknown): SubmittedForm {
  const submitted = z.record(z.string(), z.unknown()).catch({}).parse(body)
  const credentials = Object.fromEntries(fields.map(({ name }) => [name, pasted.parse(submitted[name])]))
  const typed = Object.fromEntries(
    fields.filter(({ secret }) => !secret).map(({ name }) => [name, credentials[name] ?? '']),
  )
  const problems = fields.flatMap((field) => problemOf(field, credentials[field.name] ?? ''))
  return problems.length === 0 ? { ok: true, credentials, typed } : { ok: false, problems, typed }
}

function problemOf(field: CredentialField, value: string): FormProblem[] {
  if (value === '') return [{ field: field.name, message: `${field.label} is missing.`, remedy: null }]
  // A `g` or `y` pattern would remember its last match; `search` starts afresh.
  if (value.search(field.pattern) === -1) {
    return [{ field: field.name, message: field.patternHint, remedy: null }]
  }
  return []
}

const TYPE_AGAIN =
  'Copy each of them again, whole. What is secret was not kept here and has to be pasted again.'

/** Refused credentials belong at the secret, the part that is mistyped most; anything else is not about a field. */
export function refusalProblem(fields: readonly CredentialField[], error: RollcallError): FormProblem {
  const { code, message, remedy } = error
  const secret = fields.find((field) => field.secret) ?? fields[0]
  if (code !== 'provider_key_refused' || secret === undefined) return { field: null, message, remedy }
  return { field: secret.name, message, remedy: TYPE_AGAIN }
}
