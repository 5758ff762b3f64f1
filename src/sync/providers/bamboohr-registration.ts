import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { ProviderClient, ProviderRequest, RegisteredWebhook } from '../provider.ts'

/** Classic aliases of what we read. An account may lack some, and a name that it does not know is refused. */
const READ = [
  ...['firstName', 'lastName', 'preferredName', 'displayName', 'employeeNumber', 'status'],
  ...['workEmail', 'homeEmail', 'workPhone', 'mobilePhone', 'homePhone', 'country'],
  ...['jobTitle', 'department', 'division', 'location', 'supervisorEId', 'employmentHistoryStatus'],
  ...['hireDate', 'terminationDate'],
]
/** Where the key may not see all of that, BambooHR refuses the whole. Other changes then arrive once a day. */
const LEAST = ['firstName', 'lastName', 'status', 'hireDate']

const id = z.union([z.string().min(1), z.int().transform(String)])
const hooksSchema = z.object({ webhooks: z.array(z.object({ id, url: z.string() })) })
const fieldsSchema = z.object({ fields: z.array(z.object({ alias: z.string().nullish() })) })
const madeSchema = z.object({ id, privateKey: z.string().min(1) })

/** https://documentation.bamboohr.com/reference/create-webhook: the private key is told this one time only. */
export async function register(client: ProviderClient, url: string): Promise<RegisteredWebhook> {
  const { webhooks } = await ask(client, hooksSchema, { method: 'GET', path: '/v1/webhooks' })
  for (const old of webhooks.filter((each) => each.url === url)) await unregister(client, old.id)

  const { fields } = await ask(client, fieldsSchema, { method: 'GET', path: '/v1/webhooks/monitor_fields' })
  const known = new Set(fields.map(({ alias }) => alias))
  const create = (aliases: readonly string[]) =>
    ask(client, madeSchema, {
      method: 'POST',
      path: '/v1/webhooks',
      body: {
        name: 'Rollcall',
        format: 'json',
        url,
        events: ['employee.created', 'employee.updated', 'employee.deleted'],
        monitorFields: aliases.filter((alias) => known.has(alias)),
      },
    })
  const made = await create(READ).catch(unlessForbidden(() => create(LEAST).catch(unlessForbidden(refused))))
  return { remoteId: made.id, secret: made.privateKey }
}

/** Only with a key of the user who registered it; webhooks of others are not even listed. */
export async function unregister(client: ProviderClient, remoteId: string): Promise<void> {
  const path = `/v1/webhooks/${encodeURIComponent(remoteId)}`
  await client.json({ method: 'DELETE', path, someoneWaits: true })
}

async function ask<T>(client: ProviderClient, schema: z.ZodType<T>, request: ProviderRequest): Promise<T> {
  const parsed = schema.safeParse((await client.json(request)).body)
  if (parsed.success) return parsed.data
  // Without the cause: one of these answers holds the private key.
  throw new RollcallError(
    'provider_bad_answer',
    'BambooHR answered about webhooks in a way that we cannot read.',
    {
      remedy: 'BambooHR may have changed its API: tell support.',
    },
  )
}

const unlessForbidden =
  <T>(otherwise: () => T) =>
  (thrown: unknown): T => {
    if (thrown instanceof RollcallError && thrown.code === 'provider_forbidden') return otherwise()
    throw thrown
  }

function refused(): never {
  throw new RollcallError(
    'provider_forbidden',
    'BambooHR does not let this key watch names, status and hire dates.',
    {
      remedy:
        'In BambooHR, open Settings > Access Levels, let the level of the user who made this key view them, then reconnect.',
    },
  )
}
