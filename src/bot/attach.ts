import type { AckFn, App, RespondFn } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { sentence } from './answers.ts'
import { deliverPrivately } from './deliver.ts'
import { type DispatchDeps, dispatch, type Incoming, type SubmitAck, submit, suggest } from './dispatch.ts'
import type { Listener } from './listener.ts'
import {
  actionPayload,
  commandPayload,
  pressedValue,
  submissionPayload,
  suggestionPayload,
} from './payload.ts'
import type { Origin } from './request.ts'

/** What Bolt hands to a listener, as far as we use it. */
type Args = {
  body: unknown
  client: WebClient
  context: { teamId?: string | undefined; teamName?: unknown }
  respond?: RespondFn
}

/** Registers the screens' listeners with Bolt. Everything is acknowledged before anything is asked. */
export function attach(app: App, listeners: readonly Listener[], deps: DispatchDeps): void {
  for (const listener of listeners) {
    switch (listener.on) {
      case 'command':
        app.command(listener.id, async ({ ack, ...args }) => {
          await ack()
          const incoming = fromCommand(listener.id, args)
          await dispatch(deps, incoming, listener.route(incoming.value))
        })
        break
      case 'action':
        app.action(listener.id, async ({ ack, ...args }) => {
          await ack()
          await dispatch(deps, fromAction(listener.id, args), listener.step)
        })
        break
      case 'link':
        app.action(listener.id, async ({ ack }) => await ack())
        break
      case 'options':
        app.options(listener.id, async ({ ack, ...args }) => {
          const { incoming, blockId } = fromSuggestion(listener.id, args)
          await ack({ options: await suggest(deps, incoming, (it) => listener.run(it, blockId)) })
        })
        break
      case 'submit':
        app.view(listener.id, async ({ ack, ...args }) => {
          const { incoming, form } = fromSubmission(listener.id, args)
          // Bolt's own type knows every kind of view; a submission takes these two answers.
          await submit(deps, incoming, ack as AckFn<SubmitAck>, {
            errors: listener.check?.(form) ?? null,
            run: listener.run,
          })
        })
        break
      default:
        listener satisfies never
    }
  }
  answerOldButtons(app, new Set(listeners.map(({ id }) => id)))
}

/** A message keeps its buttons for years; one that we no longer know still gets an answer. */
function answerOldButtons(app: App, known: ReadonlySet<string>): void {
  app.action(/.*/, async ({ ack, ...args }) => {
    const { action_id: id } = actionPayload.parse(args.body).actions[0] ?? { action_id: '' }
    if (known.has(id)) return
    await ack()
    const words = sentence(
      'This button is from an older version. Type /datasync to see how things stand now.',
    )
    await deliverPrivately(fromAction(id, args), words)
  })
}

function fromCommand(listener: string, args: Args): Incoming {
  const body = commandPayload.parse(args.body)
  return {
    ...sender(args, body.user_id, { id: body.team_id, domain: body.team_domain }),
    listener,
    triggerId: body.trigger_id,
    origin: { in: 'command', channelId: body.channel_id },
    value: body.text.trim(),
  }
}

function fromAction(listener: string, args: Args): Incoming {
  const body = actionPayload.parse(args.body)
  return {
    ...sender(args, body.user.id, body.team),
    listener,
    triggerId: body.trigger_id,
    origin: originOf(body),
    value: pressedValue(body),
  }
}

function fromSuggestion(listener: string, args: Omit<Args, 'respond'>) {
  const body = suggestionPayload.parse(args.body)
  const incoming: Incoming = {
    ...sender({ ...args, respond: undefined }, body.user.id, body.team),
    listener,
    triggerId: '',
    origin: originOf(body),
    value: body.value.trim(),
  }
  return { incoming, blockId: body.block_id }
}

function fromSubmission(listener: string, args: Args) {
  const body = submissionPayload.parse(args.body)
  const origin = originOf(body)
  const incoming: Incoming = {
    ...sender({ ...args, respond: undefined }, body.user.id, body.team),
    listener,
    triggerId: body.trigger_id,
    origin,
    value: '',
  }
  const form = origin.in === 'modal' ? origin : { metadata: '', values: {} }
  return { incoming, form }
}

type Team = { id: string; domain?: string | undefined } | null | undefined

function sender(
  { client, context, respond }: Args | (Omit<Args, 'respond'> & { respond: undefined }),
  userId: string,
  team: Team,
) {
  return {
    slack: client,
    userId,
    respond: respond ?? null,
    teamId: context.teamId ?? team?.id ?? '',
    teamName: typeof context.teamName === 'string' ? context.teamName : (team?.domain ?? 'Your company'),
  }
}

type Placed = Pick<ReturnType<typeof actionPayload.parse>, 'view'> & {
  container?: ReturnType<typeof actionPayload.parse>['container']
}

function originOf({ view, container }: Placed): Origin {
  if (view?.type === 'modal') {
    const { id: viewId, hash, private_metadata: metadata, state } = view
    return { in: 'modal', viewId, hash, metadata, values: state?.values ?? {} }
  }
  if (container) {
    const { channel_id: channelId, message_ts: ts, is_ephemeral: ephemeral } = container
    return { in: 'message', channelId, ts, ephemeral }
  }
  return { in: 'home' }
}
