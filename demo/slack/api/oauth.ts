import { z } from 'zod'
import { appId, botUserId, team } from '../seed.ts'
import { SlackError } from '../slack-error.ts'
import { type Method, method } from './method.ts'

const access = method(
  null,
  z.object({
    code: z.string(),
    client_id: z.string(),
    client_secret: z.string(),
    redirect_uri: z.string().optional(),
  }),
  (desk, args) => {
    if (args.client_id !== desk.settings.clientId) throw new SlackError('invalid_client_id')
    if (args.client_secret !== desk.settings.clientSecret) throw new SlackError('bad_client_secret')
    const redirect = desk.oauthCodes.get(args.code)
    if (redirect === undefined) throw new SlackError('invalid_code')
    if (args.redirect_uri !== undefined && args.redirect_uri !== redirect) {
      throw new SlackError('bad_redirect_uri')
    }
    desk.oauthCodes.delete(args.code)
    return {
      app_id: appId,
      authed_user: { id: 'U_DANA' },
      team: { id: team.id, name: team.name },
      enterprise: null,
      is_enterprise_install: false,
      bot_user_id: botUserId,
      access_token: desk.settings.botToken,
      token_type: 'bot',
      scope: desk.manifest?.scopes.join(',') ?? 'chat:write,commands,users:read',
    }
  },
)

export const oauthMethods: Record<string, Method> = { 'oauth.v2.access': { ...access, open: true } }
