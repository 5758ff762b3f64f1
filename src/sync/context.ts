import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Db } from '../db/client.ts'
import type { Keyring } from '../db/secrets.ts'
import { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import { createProviderClient } from './client.ts'
import { baseUrlOf, type Credentials, type Provider, type ProviderClient } from './provider.ts'
import { createTurns, type Shared } from './request-turns.ts'

/** What every verb that changes something is given: who does it, when, and with what. */
export type Context = {
  db: Db
  pool: Pool
  actor: Actor
  now: Date
  log: Logger
  secrets: Keyring
  providers: Providers
}

export type Providers = {
  list(): readonly Provider[]
  /** @throws RollcallError `not_found` */
  get(id: string): Provider
  client(provider: Provider, credentials: Credentials): ProviderClient
  /** Where `client` sends to: the vendor's own address, or what the settings put in its place. */
  apiUrl(provider: Provider): string
}

/**
 * @param urls by provider id: a sandbox or a proxy in place of the vendor's own address
 * @param options.shared where requests are counted for all processes; without it nobody waits for a turn
 */
export function createProviders(
  providers: readonly Provider[],
  urls: Readonly<Record<string, string>>,
  { shared, log }: { shared?: Shared; log?: Logger } = {},
): Providers {
  const apiUrl = (provider: Provider) => urls[provider.id] ?? provider.apiUrl
  return {
    list: () => providers,
    get(id) {
      const provider = providers.find((candidate) => candidate.id === id)
      if (provider !== undefined) return provider
      throw new RollcallError('not_found', `There is no HR system called "${id}".`, {
        remedy: `These can be connected: ${providers.map(({ label }) => label).join(', ')}.`,
      })
    },
    client: (provider, credentials) =>
      createProviderClient(provider, credentials, {
        baseUrl: baseUrlOf(provider, credentials, apiUrl(provider)),
        turns: shared && createTurns(shared, provider, apiUrl(provider), credentials),
        log,
      }),
    apiUrl,
  }
}
