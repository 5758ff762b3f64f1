import { z } from 'zod'
import { deliver } from './deliver.ts'
import { type DeskState, record } from './desk.ts'
import { formErrors } from './form-check.ts'
import { done, failed, type Outcome, troubleConnecting } from './outcome.ts'
import { closedParcel, submissionParcel } from './payloads.ts'
import { SlackError } from './slack-error.ts'
import type { OpenView, User } from './types.ts'
import { parseView, pushOnStack, replaceView, stackOf, topView } from './views.ts'
import { changed } from './workspace.ts'

const responseAction = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('clear') }),
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
])

/** Somebody presses the modal's submit button. */
export async function submit(desk: DeskState, user: User): Promise<Outcome> {
  const open = topView(desk.ws, user.id)
  if (open?.view.type !== 'modal') throw new Error(`${user.id} has no modal open`)
  if (!open.view.submit) throw new Error(`"${open.view.title.text}" has nothing to submit`)
  const errors = formErrors(open)
  if (Object.keys(errors).length > 0) return done({ ok: false, errors })
  const delivery = await deliver(desk, submissionParcel(desk, user, open))
  if (!delivery.ok) return failed(troubleConnecting)
  if (delivery.body === '') {
    drop(desk, open)
    return done()
  }
  try {
    return obey(desk, user, open, delivery.body)
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    const { code, messages } = error
    record(desk, {
      direction: 'out',
      name: 'view_submission answer',
      ok: false,
      error: code,
      messages,
      body: delivery.body,
    })
    return failed(troubleConnecting)
  }
}

function obey(desk: DeskState, user: User, open: OpenView, body: string): Outcome {
  const answer = parseAnswer(body)
  switch (answer.response_action) {
    case 'clear':
      desk.ws.stacks.set(user.id, [])
      changed(desk.ws)
      return done()
    case 'errors':
      return done({ ok: false, errors: checkErrors(open, answer.errors) })
    case 'update':
      replaceView(desk.ws, open, parseView(answer.view))
      return done()
    case 'push':
      pushOnStack(desk.ws, user.id, parseView(answer.view))
      return done()
    default:
      return answer satisfies never
  }
}

function parseAnswer(body: string) {
  try {
    return responseAction.parse(JSON.parse(body))
  } catch {
    throw new SlackError('invalid_response_action', [
      '[ERROR] the answer is no response_action that Slack knows',
    ])
  }
}

/** Slack shows nothing of an answer whose errors name something else than an input block. */
function checkErrors(open: OpenView, errors: Record<string, string>) {
  const inputs = new Set(open.blocks.filter((it) => it.type === 'input').map((it) => it.block_id))
  const stray = Object.keys(errors).filter((blockId) => !inputs.has(blockId))
  if (stray.length === 0 && Object.keys(errors).length > 0) return errors
  throw new SlackError('invalid_errors', [
    `[ERROR] no input block has the block_id: ${stray.join(', ') || '(none)'}`,
  ])
}

/** Somebody presses Cancel, the cross or Escape. */
export async function closeModal(desk: DeskState, user: User): Promise<Outcome> {
  const open = topView(desk.ws, user.id)
  if (open?.view.type !== 'modal') throw new Error(`${user.id} has no modal open`)
  const isCleared = open.view.clear_on_close ?? false
  const closed = isCleared ? stackOf(desk.ws, user.id) : [open]
  if (isCleared) {
    desk.ws.stacks.set(user.id, [])
    changed(desk.ws)
  } else drop(desk, open)
  for (const view of closed.toReversed()) {
    if (view.view.type === 'modal' && view.view.notify_on_close) {
      await deliver(desk, closedParcel(user, view, isCleared))
    }
  }
  return done()
}

function drop(desk: DeskState, open: OpenView) {
  const rest = stackOf(desk.ws, open.userId).filter((it) => it !== open)
  desk.ws.stacks.set(open.userId, rest)
  changed(desk.ws)
}
