import { z } from 'zod'
import type { DeskState } from '../desk.ts'
import { SlackError } from '../slack-error.ts'

export type Answer = Record<string, unknown>

export type Method = {
  /** The scope the token needs, `null` where any token will do. */
  scope: string | null
  /** Called without a token: the caller proves itself by other means. */
  open?: boolean
  run: (desk: DeskState, args: unknown) => Answer
}

export function method<Schema extends z.ZodType>(
  scope: string | null,
  args: Schema,
  run: (desk: DeskState, args: z.infer<Schema>) => Answer,
): Method {
  return {
    scope,
    run(desk, raw) {
      const parsed = args.safeParse(raw)
      if (parsed.success) return run(desk, parsed.data)
      throw new SlackError(
        'invalid_arguments',
        parsed.error.issues.map((it) => `[ERROR] ${it.message} [json-pointer:/${it.path.join('/')}]`),
      )
    },
  }
}

/** The real client sends forms, where structured values travel as JSON text and flags as words. */
export const structured = (invalid: string) =>
  z
    .unknown()
    .optional()
    .transform((value) => {
      if (typeof value !== 'string') return value
      try {
        return JSON.parse(value) as unknown
      } catch {
        throw new SlackError(invalid)
      }
    })

export const flag = z.union([z.boolean(), z.stringbool()]).optional()
