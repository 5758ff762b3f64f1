import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { messageBlocks } from './block-kit/surfaces.ts'
import { type DeskState, record } from './desk.ts'
import { editMessage, findMessage, postMessage, removeMessage } from './messages.ts'
import { botUserId } from './seed.ts'
import { SlackError } from './slack-error.ts'
import type { ResponseUrl } from './types.ts'
import { errorLines, errorsIn, validateMessage } from './validate.ts'

const lifeMs = 30 * 60 * 1000
const maxUses = 5

const responseBody = z.looseObject({
  text: z.string().default(''),
  blocks: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.union([z.boolean(), z.stringbool()]).optional(),
  delete_original: z.union([z.boolean(), z.stringbool()]).optional(),
  thread_ts: z.string().optional(),
})

export type ResponseBody = z.infer<typeof responseBody>

export function issueResponseUrl(
  desk: DeskState,
  to: { userId: string; channel: string; messageTs: string | null },
): string {
  const id = randomBytes(12).toString('hex')
  desk.ws.responseUrls.set(id, { ...to, issuedAtMs: desk.ws.now(), uses: 0 })
  return `${desk.url}/response/${id}`
}

/** What a POST to a response_url does. Throws SlackError with Slack's code when it is refused. */
export function respondTo(desk: DeskState, id: string, raw: unknown) {
  const url = desk.ws.responseUrls.get(id)
  try {
    if (!url) throw new SlackError('invalid_url')
    if (desk.ws.now() - url.issuedAtMs > lifeMs) throw new SlackError('expired_url')
    if (url.uses >= maxUses) throw new SlackError('used_url')
    const body = responseBody.safeParse(raw)
    if (!body.success) throw new SlackError('invalid_payload')
    apply(desk, url, body.data)
    url.uses += 1
    record(desk, { direction: 'in', name: 'response_url', ok: true, error: null, messages: [], body: raw })
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    const { code, messages } = error
    record(desk, { direction: 'in', name: 'response_url', ok: false, error: code, messages, body: raw })
    throw error
  }
}

function apply(desk: DeskState, url: ResponseUrl, body: ResponseBody) {
  const { ws } = desk
  const original = url.messageTs === null ? undefined : findMessage(ws, url.channel, url.messageTs)
  if (body.delete_original) {
    if (original) removeMessage(ws, original)
    return
  }
  const message = parseResponse(body)
  if (original && replacesOriginal(body)) {
    editMessage(ws, original, message)
    return
  }
  showResponse(desk, url, body)
}

/** A bare `respond('text')` to a button replaces the message the button is on. */
function replacesOriginal({ replace_original, response_type }: ResponseBody) {
  return replace_original ?? response_type === undefined
}

/** Posts a response as Slack would: for one person, unless it asks for the channel. */
export function showResponse(desk: DeskState, to: { userId: string; channel: string }, body: ResponseBody) {
  postMessage(desk.ws, {
    channel: to.channel,
    user: botUserId,
    threadTs: body.thread_ts ?? null,
    visibleTo: body.response_type === 'in_channel' ? null : to.userId,
    ...parseResponse(body),
  })
}

function parseResponse(body: ResponseBody) {
  const problems = errorsIn(validateMessage(body))
  const [first] = problems
  if (first) throw new SlackError(first.code, errorLines(problems))
  return { text: body.text, blocks: messageBlocks.parse(body.blocks ?? []) }
}

export const parseResponseBody = (raw: unknown) => responseBody.safeParse(raw)
