import { z } from 'zod'
import type { DeskState } from '../desk.ts'
import { appId, botId, botUserId, team } from '../seed.ts'
import { SlackError } from '../slack-error.ts'
import type { Channel, User } from '../types.ts'
import { findUser, getChannel, getUser, isBotIn } from '../workspace.ts'
import { flag, type Method, method } from './method.ts'

const maySeeEmail = ({ manifest }: DeskState) => !manifest || manifest.scopes.includes('users:read.email')

function userPayload(desk: DeskState, user: User) {
  return {
    id: user.id,
    team_id: team.id,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: user.tz,
    profile: {
      real_name: user.realName,
      display_name: user.name,
      ...(maySeeEmail(desk) && user.email ? { email: user.email } : {}),
    },
    is_admin: user.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
  }
}

function channelPayload(channel: Channel) {
  const isIm = channel.kind === 'im'
  return {
    id: channel.id,
    ...(isIm ? { user: channel.members[0] } : { name: channel.name, is_member: isBotIn(channel) }),
    is_channel: !isIm,
    is_im: isIm,
    is_private: isIm,
    is_archived: false,
  }
}

const cursor = { cursor: z.string().optional(), limit: z.coerce.number().optional() }

export const peopleMethods: Record<string, Method> = {
  'auth.test': method(null, z.object({}), (desk) => ({
    url: `${desk.url}/`,
    team: team.name,
    team_id: team.id,
    user: 'rollcall',
    user_id: botUserId,
    bot_id: botId,
    app_id: appId,
    is_enterprise_install: false,
  })),
  'users.info': method('users:read', z.object({ user: z.string() }), (desk, args) => ({
    user: userPayload(desk, getUser(desk.ws, args.user)),
  })),
  'users.list': method('users:read', z.object(cursor), (desk) => ({
    members: desk.ws.users.map((user) => userPayload(desk, user)),
    response_metadata: { next_cursor: '' },
  })),
  'bots.info': method('users:read', z.object({ bot: z.string().optional() }), (_desk, args) => {
    if (args.bot !== undefined && args.bot !== botId) throw new SlackError('bot_not_found')
    return { bot: { id: botId, deleted: false, name: 'Rollcall', app_id: appId, user_id: botUserId } }
  }),
  'conversations.open': method(
    'im:write',
    z.object({ users: z.string().optional(), channel: z.string().optional(), return_im: flag }),
    ({ ws }, args) => {
      const ids = (args.users ?? '').split(',').filter((id) => id !== '')
      if (ids.length > 1) throw new SlackError('not_enough_users', ['[ERROR] the desk has no group messages'])
      const [userId] = ids
      if (userId !== undefined && !findUser(ws, userId)) throw new SlackError('user_not_found')
      const channel = getChannel(ws, userId ?? args.channel ?? '')
      return { channel: args.return_im ? channelPayload(channel) : { id: channel.id } }
    },
  ),
  'conversations.info': method('channels:read', z.object({ channel: z.string() }), ({ ws }, args) => ({
    channel: channelPayload(getChannel(ws, args.channel)),
  })),
}
