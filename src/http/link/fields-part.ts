import { z } from 'zod'
import type { ConnectionFieldRow } from '../../db/connection-fields.ts'
import { listOfferedFields, listUnlisted } from '../../sync/offered-fields.ts'
import type { FormProblem } from './credentials-form.ts'
import type { Visit } from './visit.ts'

export const CUSTOM_FIELD = 'customField'

/** The custom fields that can be asked for, as far as they are known before the first retrieval. */
export type FieldsPart =
  | { kind: 'later' }
  | { kind: 'not_listed' }
  | { kind: 'none' }
  | {
      kind: 'offered'
      fields: readonly Pick<ConnectionFieldRow, 'field_id' | 'label' | 'type' | 'category'>[]
      ticked: ReadonlySet<string>
    }

/** @param listed whether the HR system said what it has, when it was last asked */
export async function fieldsPart(
  { ctx, session, provider }: Visit,
  listed: boolean,
  ticked: readonly string[] = [],
): Promise<FieldsPart> {
  const { companyId, connectionId } = session
  if (provider.catalogue === undefined || connectionId === null) return { kind: 'later' }
  const fields = await listOfferedFields(ctx.db, { companyId, connectionId })
  if (fields.length > 0) return { kind: 'offered', fields, ticked: new Set(ticked) }
  return { kind: listed ? 'none' : 'not_listed' }
}

const ticks = z.object({ [CUSTOM_FIELD]: z.union([z.array(z.string()), z.string().transform((id) => [id])]) })

/** A page that was open for long, or a made-up id: what the HR system does not list cannot be asked for. */
export async function parseTicked(
  { ctx, session, provider }: Visit,
  body: unknown,
): Promise<{ ids: readonly string[]; problem: FormProblem | null }> {
  const ids = [...new Set(ticks.safeParse(body).data?.[CUSTOM_FIELD] ?? [])]
  const { companyId, connectionId } = session
  if (ids.length === 0 || connectionId === null) return { ids: [], problem: null }
  const unlisted = await listUnlisted(ctx.db, { companyId, connectionId }, ids)
  if (unlisted.length === 0) return { ids, problem: null }
  const message = `${provider.label} does not list every field that was ticked.`
  const remedy = 'Those that it lists are below, ticked as before: look at them and press Finish Setup again.'
  return { ids, problem: { field: null, message, remedy } }
}
