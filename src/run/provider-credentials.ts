import { parseProviderUrl, settingsOf } from '../config-settings.ts'
import { parseCredentials } from '../http/link/credentials-form.ts'
import type { CredentialField, Credentials, Provider } from '../sync/provider.ts'

/** `hint`: what the linking window says beside the field. No line holds what was given. */
export type EnvProblem = { variable: string; message: string; hint: string | null }

export type EnvCredentials =
  | { ok: true; credentials: Credentials; url: string | null }
  | { ok: false; problems: readonly EnvProblem[] }

/** `serviceUserId` of HiBob is `HIBOB_SERVICE_USER_ID`. */
export function variableOf({ id }: Provider, { name }: CredentialField): string {
  return `${id}_${name.replace(/(?<=[a-z\d])(?=[A-Z])/gu, '_')}`.toUpperCase()
}

/** The linking window's form, filled in by environment variables. */
export function credentialsOf(provider: Provider, env: Record<string, string | undefined>): EnvCredentials {
  const { credentials: fields } = provider
  const form = parseCredentials(
    fields,
    Object.fromEntries(fields.map((field) => [field.name, env[variableOf(provider, field)]])),
  )
  const problems: EnvProblem[] = form.ok
    ? []
    : form.problems.flatMap(({ field: name, message }) => {
        const field = fields.find((candidate) => candidate.name === name)
        if (field === undefined) return []
        return [{ variable: variableOf(provider, field), message, hint: `${field.label}: ${field.hint}` }]
      })
  const settings = settingsOf(env)
  const url = parseProviderUrl(settings, provider.id)
  if (settings.problems.length > 0) {
    const variable = `${provider.id.toUpperCase()}_API_URL`
    const message = 'This is not a web address. Write it as https://api.example.com.'
    problems.push({ variable, message, hint: null })
  }
  return form.ok && problems.length === 0
    ? { ok: true, credentials: form.credentials, url }
    : { ok: false, problems }
}
