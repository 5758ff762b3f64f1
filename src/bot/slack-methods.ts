/**
 * Every Web API method we call and the scope it needs; `null` needs none. The manifests ask for exactly
 * these, and a test holds the calls in this folder against this list.
 */
export const SLACK_METHODS = {
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'users.info': 'users:read',
  'views.open': null,
  'views.publish': null,
  'views.push': null,
  'views.update': null,
} as const satisfies Record<string, string | null>

/** Slash commands need a scope of their own. */
export const BOT_SCOPES = [
  ...new Set(['commands', ...Object.values(SLACK_METHODS).filter((scope) => scope !== null)]),
].sort()
