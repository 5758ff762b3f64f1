import type { Authorize } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { RollcallError } from '../errors.ts'

type Identity = { teamId: string; teamName: string; botId: string; botUserId: string }

/**
 * One workspace whose token is in the settings. Slack is asked once whose token it is; a request that comes
 * from another workspace is refused.
 */
export function authorizeSingle(slack: WebClient, botToken: string): Authorize<boolean> {
  let asked: Promise<Identity> | null = null
  const identity = () => {
    asked ??= askIdentity(slack).catch((thrown: unknown) => {
      asked = null
      throw thrown
    })
    return asked
  }
  // Asked ahead, so that the first click does not wait for it; a failure is met again by that click.
  identity().catch(() => undefined)

  return async ({ teamId }) => {
    const known = await identity()
    if (teamId !== undefined && teamId !== known.teamId) {
      throw new RollcallError('not_allowed', 'This token belongs to another workspace.')
    }
    return { botToken, ...known }
  }
}

async function askIdentity(slack: WebClient): Promise<Identity> {
  const { bot_id: botId, team, team_id: teamId, user_id: botUserId } = await slack.auth.test()
  if (teamId === undefined || botId === undefined || botUserId === undefined) {
    throw new RollcallError('slack_failed', 'Slack did not say whose token this is.')
  }
  return { teamId, teamName: team ?? 'Your company', botId, botUserId }
}
