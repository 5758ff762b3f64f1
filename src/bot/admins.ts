import type { WebClient } from '@slack/web-api'
import { RollcallError } from '../errors.ts'

export const ONLY_ADMINS = 'Only workspace admins can do this. Ask one of them.'

/**
 * Asked of Slack on every click: a right taken away a minute ago is gone now. Somebody from another
 * workspace, seen through a shared channel, may be an admin there and is nobody here.
 */
export async function isWorkspaceAdmin(slack: WebClient, teamId: string, userId: string): Promise<boolean> {
  const user = await findPersonHere(slack, teamId, userId)
  return user?.is_admin === true || user?.is_owner === true || user?.is_primary_owner === true
}

/** Somebody of this very workspace who is no guest in it. */
export async function isFullMember(slack: WebClient, teamId: string, userId: string): Promise<boolean> {
  const user = await findPersonHere(slack, teamId, userId)
  return user !== undefined && user.is_restricted !== true && user.is_ultra_restricted !== true
}

async function findPersonHere(slack: WebClient, teamId: string, userId: string) {
  const { user } = await slack.users.info({ user: userId })
  if (user === undefined || user.deleted === true || user.is_bot === true) return undefined
  const isHere = user.team_id === teamId || (user.enterprise_user?.teams ?? []).includes(teamId)
  return isHere ? user : undefined
}

export async function requireWorkspaceAdmin(slack: WebClient, teamId: string, userId: string): Promise<void> {
  if (await isWorkspaceAdmin(slack, teamId, userId)) return
  throw new RollcallError('not_allowed', ONLY_ADMINS)
}
