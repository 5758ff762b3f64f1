import type { WebClient } from '@slack/web-api'
import type { Db } from '../db/client.ts'
import { getCompany } from '../db/companies.ts'
import { type ConnectionFieldRow, findFieldByRequest } from '../db/connection-fields.ts'
import { getConnection } from '../db/connections.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import type { Message } from './blocks.ts'
import { showLivingMessage } from './living-message.ts'
import { type FieldCard, fieldAnswer, fieldCard } from './screens/field-card.view.ts'
import { whoWords } from './screens/words.view.ts'

/** The support channel, and how to reach its workspace. */
export type Support = { channelId: string; teamId: string; client: () => Promise<WebClient> }
type Where = {
  ctx: Context
  companyId: string
  teamId: string
  slack: WebClient
  support: Support | null
}

/** One card in the support channel for each request, and one message to the admin who asked once it is decided. */
export async function announceField(
  { ctx, companyId, slack, support, teamId }: Where,
  requestId: string,
): Promise<void> {
  const field = await findFieldByRequest(ctx.db, companyId, requestId)
  if (field === undefined) return
  const drawn = (draw: (card: FieldCard) => Message, viewerTeam: string) => async (db: Db) => {
    const now = await findFieldByRequest(db, companyId, requestId)
    return now === undefined ? null : draw(await fieldCardOf({ ...ctx, db }, now, viewerTeam))
  }
  if (support !== null) {
    await showLivingMessage({
      db: ctx.db,
      slack: await support.client(),
      companyId,
      subject: `field:${requestId}`,
      recipient: field.state === 'requested' ? support.channelId : null,
      render: drawn(fieldCard, support.teamId),
    })
  }
  await showLivingMessage({
    db: ctx.db,
    slack,
    companyId,
    subject: `field-answer:${requestId}`,
    recipient: whoWaits(field),
    render: drawn(fieldAnswer, teamId),
  })
}

/** What a request looks like to somebody in a workspace: who is of another one is not named there. */
export async function fieldCardOf(
  ctx: Pick<Context, 'db' | 'now' | 'providers'>,
  field: ConnectionFieldRow,
  viewerTeam: string,
): Promise<FieldCard> {
  const { company_id: companyId, connection_id: connectionId } = field
  const company = await getCompany(ctx.db, companyId)
  const { provider } = await getConnection(ctx.db, companyId, connectionId)
  const asker = company.slackTeamId === viewerTeam ? whoOrNull(field.requested_by) : null
  return {
    companyId,
    requestId: field.request_id ?? '',
    company: company.name,
    provider: ctx.providers.get(provider).label,
    label: field.label,
    type: field.type,
    category: field.category,
    state: field.state,
    askedBy: asker ?? 'an admin',
    askedAt: field.requested_at ?? ctx.now,
    decidedBy: decidedByWords(field, viewerTeam),
    decidedAt: field.decided_at,
  }
}

/** Nobody in a workspace can look up a person of another one. */
export const decidedByWords = (
  { decided_by, decided_in }: Pick<ConnectionFieldRow, 'decided_by' | 'decided_in'>,
  viewerTeam: string,
): string => (decided_in === viewerTeam ? whoOrNull(decided_by) : null) ?? 'support'

const whoOrNull = (actor: Actor | null): string | null => actor && whoWords(actor)

/** Whoever connects a field for themselves knows of it. */
function whoWaits({ decided_by, requested_by, state }: ConnectionFieldRow): string | null {
  if (state !== 'connected' && state !== 'declined') return null
  if (requested_by?.kind !== 'slack') return null
  const isOwn = decided_by?.kind === 'slack' && decided_by.userId === requested_by.userId
  return isOwn ? null : requested_by.userId
}
