/** An answer of Slack's: `{ok: false, error, response_metadata: {messages}}`. */
export class SlackError extends Error {
  readonly code: string
  readonly messages: string[]

  constructor(code: string, messages: string[] = []) {
    super(messages.length > 0 ? `${code}: ${messages.join('; ')}` : code)
    this.name = 'SlackError'
    this.code = code
    this.messages = messages
  }
}
