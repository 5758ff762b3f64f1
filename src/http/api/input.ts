import { z } from 'zod'
import { RollcallError } from '../../errors.ts'

/** Ids, queries and cursors of the API, parsed where they come in. */

export const id = z.uuid()

export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  next: z.string().max(500).optional(),
  search: z.string().max(200).optional(),
})

export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new RollcallError(
    'bad_request',
    where === ''
      ? 'An ID in the address is not one of ours.'
      : `"${where}" cannot be used: ${issue?.message}.`,
  )
}

/** Where the next page starts. Bound to the plan: the pages of two plans never mix. */
const planCursor = z.object({ planId: z.uuid(), offset: z.number().int().nonnegative() })
export type PlanCursor = z.infer<typeof planCursor>

export function encodeCursor(cursor: PlanCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

export function decodeCursor(text: string): PlanCursor {
  try {
    return planCursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new RollcallError('bad_request', '"next" is not a cursor of ours.', {
      remedy: 'Leave it out to start with the first page.',
      cause,
    })
  }
}
