import { RollcallError } from '../errors.ts'
import { isFullMember, requireWorkspaceAdmin } from './admins.ts'
import type { Request } from './request.ts'
import type { Tools } from './tools.ts'

const ONLY_SUPPORT = 'Only support can decide this, in its own channel.'

/**
 * Who may decide about what an admin asked for: whoever is in the support channel, guests excepted; where there is
 * none, a workspace admin. Asked on every click. Where the click came from is Slack's own word, signed with the
 * request, and not something that the button carries.
 */
export async function requireSupport(
  { origin, slack, teamId, userId }: Request,
  support: Tools['supportChannel'],
): Promise<void> {
  if (support === null) return await requireWorkspaceAdmin(slack, teamId, userId)
  const isInChannel = origin.in === 'message' && origin.channelId === support.channelId
  const isThere = isInChannel && (support.teamId === null || support.teamId === teamId)
  if (isThere && (await isFullMember(slack, teamId, userId))) return
  throw new RollcallError('not_allowed', ONLY_SUPPORT)
}

/** A support workspace decides for every company; anybody else for their own. */
export function requireOwnCompany(
  request: Request,
  support: Tools['supportChannel'],
  companyId: string,
): void {
  if (companyId === request.companyId) return
  if (support !== null && support.teamId !== null) return
  throw new RollcallError('not_allowed', ONLY_SUPPORT)
}
