import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const manifestFile = z.object({
  features: z
    .object({
      slash_commands: z
        .array(
          z.object({
            command: z.string(),
            description: z.string().default(''),
            usage_hint: z.string().default(''),
          }),
        )
        .default([]),
    })
    .default({ slash_commands: [] }),
  oauth_config: z
    .object({ scopes: z.object({ bot: z.array(z.string()).default([]) }) })
    .default({ scopes: { bot: [] } }),
  settings: z
    .object({ event_subscriptions: z.object({ bot_events: z.array(z.string()).default([]) }).optional() })
    .default({}),
})

/** The parts of the app's manifest that change how Slack treats it. */
export type Manifest = {
  commands: { command: string; description: string; usageHint: string }[]
  scopes: string[]
  events: string[]
}

const atRepositoryRoot = join(import.meta.dirname, '..', '..', 'manifest.yml')

export function readManifest(file = atRepositoryRoot): Manifest | null {
  if (!existsSync(file)) return null
  const { features, oauth_config, settings } = manifestFile.parse(parse(readFileSync(file, 'utf8')))
  return {
    commands: features.slash_commands.map(({ usage_hint: usageHint, ...rest }) => ({ ...rest, usageHint })),
    scopes: oauth_config.scopes.bot,
    events: settings.event_subscriptions?.bot_events ?? [],
  }
}
