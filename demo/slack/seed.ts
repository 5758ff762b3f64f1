import type { Channel, User } from './types.ts'

export const team = { id: 'T0REHEARSAL', name: 'Acme', domain: 'acme' }
export const appId = 'A0ROLLCALL'
export const botId = 'B0ROLLCALL'
export const botUserId = 'U0ROLLCALL'
/** Who says that a command failed. In Slack it is Slackbot, and only the person who typed sees it. */
export const slackbotId = 'USLACKBOT'

const person = (id: string, name: string, realName: string, isAdmin: boolean): User => ({
  id,
  name,
  realName,
  email: `${name}@acme.example`,
  tz: 'Europe/London',
  isAdmin,
  isBot: false,
})

const bot = (id: string, name: string, realName: string): User => ({
  ...person(id, name, realName, false),
  email: '',
  isBot: true,
})

export const seedUsers: readonly User[] = [
  person('U_DANA', 'dana', 'Dana Whitfield', true),
  person('U_SAM', 'sam', 'Sam Okonkwo', true),
  person('U_ELI', 'eli', 'Eli Marsh', false),
  bot(botUserId, 'rollcall', 'Rollcall'),
  bot(slackbotId, 'slackbot', 'Slackbot'),
]

const people = seedUsers.filter((user) => !user.isBot).map((user) => user.id)

/** The app was invited to #equity only: posting to #general answers not_in_channel, as it would in Slack. */
export const seedChannels = (): Channel[] => [
  { id: 'C_EQUITY', name: 'equity', kind: 'channel', members: [...people, botUserId] },
  { id: 'C_GENERAL', name: 'general', kind: 'channel', members: [...people] },
  ...people.map(directMessage),
]

export function directMessage(userId: string): Channel {
  return { id: `D_${userId.replace(/^U_/, '')}`, name: 'Rollcall', kind: 'im', members: [userId, botUserId] }
}
