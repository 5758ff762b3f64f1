import { messagePayload } from './api/chat.ts'
import type { Parcel } from './deliver.ts'
import type { DeskState } from './desk.ts'
import { issueResponseUrl } from './response-urls.ts'
import { appId, team } from './seed.ts'
import { issueTrigger } from './triggers.ts'
import type { Channel, FormValues, Message, OpenView, User } from './types.ts'
import { viewPayload } from './views.ts'
import { getChannel } from './workspace.ts'

/** Where a person is looking when they press something. */
export type Place =
  | { kind: 'view'; open: OpenView }
  | { kind: 'message'; message: Message; values: FormValues }

const verificationToken = 'rehearsal'

const envelope = (user: User) => ({
  team: { id: team.id, domain: team.domain },
  user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
  api_app_id: appId,
  token: verificationToken,
  enterprise: null,
  is_enterprise_install: false,
})

export function interaction(name: string, payload: object): Parcel {
  return {
    name,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  }
}

const channelName = (channel: Channel) => (channel.kind === 'im' ? 'directmessage' : channel.name)

export function commandParcel(desk: DeskState, user: User, channel: Channel, line: string): Parcel {
  const [command = '', ...rest] = line.trim().split(' ')
  const fields = {
    token: verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text: rest.join(' ').trim(),
    api_app_id: appId,
    is_enterprise_install: 'false',
    response_url: issueResponseUrl(desk, { userId: user.id, channel: channel.id, messageTs: null }),
    trigger_id: issueTrigger(desk.ws, user.id),
  }
  return {
    name: `command ${command}`,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(fields).toString(),
  }
}

/** Where it happened, as block_actions and block_suggestion both tell it. */
function placeFields(desk: DeskState, place: Place) {
  if (place.kind === 'view') {
    return { container: { type: 'view', view_id: place.open.id }, view: viewPayload(place.open) }
  }
  const { message } = place
  const channel = getChannel(desk.ws, message.channel)
  const isEphemeral = message.visibleTo !== null
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
    },
    channel: { id: channel.id, name: channelName(channel) },
    ...(isEphemeral ? {} : { message: messagePayload(message) }),
  }
}

export function actionParcel(desk: DeskState, user: User, place: Place, action: object): Parcel {
  const answerable =
    place.kind === 'message'
      ? {
          state: { values: place.values },
          response_url: issueResponseUrl(desk, {
            userId: user.id,
            channel: place.message.channel,
            messageTs: place.message.ts,
          }),
        }
      : {}
  return interaction('block_actions', {
    type: 'block_actions',
    ...envelope(user),
    ...placeFields(desk, place),
    ...answerable,
    trigger_id: issueTrigger(desk.ws, user.id),
    actions: [action],
  })
}

export function suggestionParcel(
  desk: DeskState,
  user: User,
  place: Place,
  query: { blockId: string; actionId: string; value: string },
): Parcel {
  return interaction('block_suggestion', {
    type: 'block_suggestion',
    ...envelope(user),
    ...placeFields(desk, place),
    block_id: query.blockId,
    action_id: query.actionId,
    value: query.value,
  })
}

export function submissionParcel(desk: DeskState, user: User, open: OpenView): Parcel {
  return interaction('view_submission', {
    type: 'view_submission',
    ...envelope(user),
    view: viewPayload(open),
    trigger_id: issueTrigger(desk.ws, user.id),
    response_urls: [],
  })
}

export function closedParcel(user: User, open: OpenView, isCleared: boolean): Parcel {
  return interaction('view_closed', {
    type: 'view_closed',
    ...envelope(user),
    view: viewPayload(open),
    is_cleared: isCleared,
  })
}
