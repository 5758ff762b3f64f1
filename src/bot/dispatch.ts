import { setTimeout as sleep } from 'node:timers/promises'
import type { AckFn } from '@slack/bolt'
import type { PlainTextOption } from '@slack/types'
import type { Logger } from 'pino'
import { findOrCreateCompany } from '../db/companies.ts'
import type { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Context } from '../sync/context.ts'
import { requireWorkspaceAdmin } from './admins.ts'
import { asRollcallError, failureMessage, isExpected, newReference, noticeView, sentence } from './answers.ts'
import { deliverMessage, deliverPrivately, deliverWindow, TOO_LATE, type Way } from './deliver.ts'
import {
  type FormAnswer,
  type PrivateAnswer,
  type Step,
  showPrivately,
  type WindowAnswer,
} from './listener.ts'
import { forgetRedraws, redraw } from './redraw.ts'
import type { Request } from './request.ts'
import type { FieldErrors } from './screens/form.view.ts'
import { loadingView, openWindow, updateWindow, type Window } from './windows.ts'

export type DispatchDeps = { makeContext: (actor: Actor) => Context; log: Logger }

/** One click as it came in: not yet known whether its sender may. */
export type Incoming = Way & { listener: string; teamId: string; teamName: string; value: string }

/** Slack gives up at 3 s. A submission is answered with its result when that comes in time, else with "Loading". */
const SUBMIT_PATIENCE_MS = 1_800
/** A window whose answer takes longer than this says that it is working. */
const TURN_PATIENCE_MS = 700
/** Slack takes no more at once. */
const MAX_OPTIONS = 100

/** Runs one step to its end: whatever happens, the person who clicked gets an answer and we get a log line. */
export async function dispatch(deps: DispatchDeps, incoming: Incoming, step: Step): Promise<void> {
  await observed(deps, incoming, async () => {
    const run = <Answer>(ask: (request: Request) => Promise<Answer>) =>
      withRequest(deps, incoming, step.everyone === true, ask)
    if (step.answer === 'message') {
      await deliverMessage(incoming, await run(step.run))
      return
    }
    const ask = () => run(step.run)
    if (step.answer === 'turn' && incoming.origin.in === 'modal') await turn(incoming, ask)
    else if (step.answer === 'redraw' && incoming.origin.in === 'modal')
      await redraw(incoming, incoming.origin.viewId, ask)
    else await open(incoming, ask)
  })
}

/** The trigger lives 3 seconds, so the window opens before anything else is asked. */
async function open(incoming: Incoming, ask: () => Promise<WindowAnswer | PrivateAnswer>): Promise<void> {
  const window = await openWindow(incoming.slack, incoming.origin, incoming.triggerId, loadingView())
  if (window === null) return await deliverPrivately(incoming, TOO_LATE)
  await deliverWindow(incoming, window, await ask(), ask)
}

/** The window stays as it is while the answer comes quickly; a refusal is laid over it, so nothing typed is lost. */
async function turn(incoming: Incoming, ask: () => Promise<WindowAnswer>): Promise<void> {
  const { origin, slack } = incoming
  if (origin.in !== 'modal') return
  forgetRedraws(origin.viewId)
  const asked = ask()
  const slow = sleep(TURN_PATIENCE_MS, 'slow' as const, { ref: false })
  const first = await Promise.race([asked, slow])
  let window: Window = { viewId: origin.viewId, hash: origin.hash }
  if (first === 'slow') {
    await updateWindow(slack, window, loadingView())
    window = { viewId: origin.viewId, hash: null }
  }
  const answer = await asked
  if (answer.show === 'private' && first !== 'slow') await deliverPrivately(incoming, answer.message)
  else await deliverWindow(incoming, window, answer, ask)
}

/** What a select offers for the words typed so far: nothing to those who may not act, and nothing on a failure. */
export async function suggest(
  deps: DispatchDeps,
  incoming: Incoming,
  run: (request: Request) => Promise<readonly PlainTextOption[]>,
): Promise<PlainTextOption[]> {
  const answer = await withRequest(deps, incoming, false, async (request) => ({
    show: 'options' as const,
    options: await run(request),
  }))
  return answer.show === 'options' ? answer.options.slice(0, MAX_OPTIONS) : []
}

/** Answers a form: errors at its fields, or what comes next, within Slack's 3 seconds either way. */
export async function submit(
  deps: DispatchDeps,
  incoming: Incoming,
  ack: AckFn<SubmitAck>,
  form: { errors: FieldErrors | null; run: (request: Request) => Promise<FormAnswer> },
): Promise<void> {
  if (form.errors !== null) return await ack({ response_action: 'errors', errors: form.errors })
  if (incoming.origin.in === 'modal') forgetRedraws(incoming.origin.viewId)
  await observed(deps, incoming, async () => {
    const asked = withRequest(deps, incoming, false, form.run)
    const first = await Promise.race([asked, sleep(SUBMIT_PATIENCE_MS, 'slow' as const, { ref: false })])
    if (first !== 'slow') return await ack(ackOf(first))
    await ack({ response_action: 'update', view: loadingView() })
    if (incoming.origin.in !== 'modal') return
    await updateWindow(incoming.slack, { viewId: incoming.origin.viewId, hash: null }, viewOf(await asked))
  })
}

export type SubmitAck =
  | { response_action: 'errors'; errors: FieldErrors }
  | { response_action: 'update'; view: ReturnType<typeof loadingView> }

const ackOf = (answer: FormAnswer): SubmitAck =>
  answer.show === 'errors'
    ? { response_action: 'errors', errors: answer.errors }
    : { response_action: 'update', view: viewOf(answer) }

const viewOf = (answer: FormAnswer) => (answer.show === 'private' ? noticeView(answer.message) : answer.view)

/** Permission, company and actor, asked anew for each click; a failure becomes words for the one who clicked. */
async function withRequest<Answer>(
  deps: DispatchDeps,
  incoming: Incoming,
  everyone: boolean,
  ask: (request: Request) => Promise<Answer>,
): Promise<Answer | PrivateAnswer> {
  try {
    const { slack, teamId, userId, origin, value } = incoming
    if (!everyone) await requireWorkspaceAdmin(slack, teamId, userId)
    const ctx = deps.makeContext({ kind: 'slack', userId })
    const { companyId } = await findOrCreateCompany(ctx.db, {
      slackTeamId: teamId,
      name: incoming.teamName,
    })
    return await ask({ ctx, companyId, teamId, userId, slack, origin, value })
  } catch (thrown) {
    return refusal(deps.log, incoming, asRollcallError(thrown))
  }
}

function refusal(log: Logger, incoming: Incoming, error: RollcallError): PrivateAnswer {
  if (error.code === 'not_allowed') {
    log.info({ listener: incoming.listener, user: incoming.userId }, 'slack request refused')
    return showPrivately(sentence(error.message))
  }
  const reference = newReference()
  const about = { code: error.code, reference, listener: incoming.listener }
  if (isExpected(error)) log.info(about, 'slack request could not be done')
  else log.error({ err: error, ...about }, 'slack request failed')
  return showPrivately(failureMessage(error, reference))
}

/** What fails here failed while answering: it is logged, and said once more by direct message. */
async function observed(deps: DispatchDeps, incoming: Incoming, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  try {
    await work()
  } catch (thrown) {
    const { message } = refusal(deps.log, incoming, asRollcallError(thrown))
    await incoming.slack.chat
      .postMessage({ channel: incoming.userId, ...message })
      .catch((again: unknown) => deps.log.error({ err: again }, 'could not tell the person'))
  } finally {
    const durationMs = Math.round(performance.now() - startedAt)
    deps.log.debug({ listener: incoming.listener, durationMs }, 'slack request answered')
  }
}
