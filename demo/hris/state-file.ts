import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { personPatchSchema } from './person.ts'

const stateSchema = z.object({
  settings: z.object({ people: z.number(), seed: z.number(), today: z.iso.date() }),
  history: z.object({
    day: z.number(),
    joined: z.number(),
    patches: z.array(z.tuple([z.number(), personPatchSchema])),
  }),
  forbidden: z.array(z.string()),
})

export type StateFile = z.infer<typeof stateSchema>

/** `undefined` when there is no file yet; throws when it is not one of ours. */
export function readStateFile(path: string): StateFile | undefined {
  return existsSync(path) ? stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

/** Written beside and renamed, so that a kill leaves the old file or the new one. */
export function writeStateFile(path: string, state: StateFile): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, JSON.stringify(state))
  renameSync(`${path}.new`, path)
}
