import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const hooksSchema = z.object({
  hibob: z.object({ url: z.string(), secret: z.string() }).nullable(),
  bamboohr: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      url: z.string(),
      format: z.literal('json'),
      events: z.array(z.string()),
      /** Aliases, however the caller named the fields. */
      monitorFields: z.array(z.string()),
      postFields: z.record(z.string(), z.string()),
      includeCompanyDomain: z.boolean(),
      privateKey: z.string(),
      created: z.string(),
      lastSent: z.string().nullable(),
    }),
  ),
  personio: z.array(
    z.object({
      id: z.string(),
      url: z.string(),
      description: z.string(),
      status: z.enum(['ENABLED', 'DISABLED']),
      auth_type: z.enum(['TOKEN', 'NONE', 'CUSTOM']),
      token: z.string().nullable(),
      custom_headers: z.record(z.string(), z.string()),
      enabled_events: z.array(z.string()),
      created_at: z.string(),
    }),
  ),
})

export type Hooks = z.infer<typeof hooksSchema>
export type BambooHook = Hooks['bamboohr'][number]
export type PersonioHook = Hooks['personio'][number]

/** `hooks` may be changed in place; `save` keeps it for the next start. */
export type HookBook = { hooks: Hooks; save: () => void }

/** Who wants to be told. Customers register once, so it outlives a restart where there is a `path`. */
export function openHookBook(path: string | undefined): HookBook {
  const isKept = path !== undefined && existsSync(path)
  const hooks: Hooks = isKept
    ? hooksSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { hibob: null, bamboohr: [], personio: [] }
  return {
    hooks,
    save() {
      if (path === undefined) return
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.new`, JSON.stringify(hooks))
      renameSync(`${path}.new`, path)
    },
  }
}
