import { click, fill, setQuietly } from './click.ts'
import { runCommand, say } from './command.ts'
import type { DeskState } from './desk.ts'
import { sendEvent } from './events.ts'
import type { RawInput } from './input.ts'
import { messagesSeenBy } from './messages.ts'
import { done, failed, type Outcome, troubleConnecting } from './outcome.ts'
import type { Target } from './place.ts'
import { closeModal, submit } from './submit.ts'
import { type Suggestions, suggest } from './suggest.ts'
import type { Message } from './types.ts'
import { topView, viewPayload } from './views.ts'
import { getChannel, getUser } from './workspace.ts'

export type SeenView = ReturnType<typeof viewPayload>

/** One person at the desk: what they can do, and what they see. Every verb answers what came of it. */
export type Person = ReturnType<typeof personAt>

export function personAt(desk: DeskState, userId: string) {
  const user = getUser(desk.ws, userId)
  const { ws } = desk
  const directMessage = getChannel(ws, userId).id
  return {
    user,
    /** Sends a line as typed: `/datasync connect`. Without a channel, in the conversation with the app. */
    command: (line: string, channel = directMessage): Promise<Outcome> =>
      runCommand(desk, user, getChannel(ws, channel), line),
    say: (text: string, channel = directMessage): Promise<Outcome> =>
      say(desk, user, getChannel(ws, channel), text),
    /** Opens the Home tab, which tells the app. */
    async openHome(): Promise<Outcome> {
      const home = ws.homes.get(userId)
      const event = { type: 'app_home_opened', user: userId, channel: directMessage, tab: 'home' }
      const delivery = await sendEvent(desk, home ? { ...event, view: viewPayload(home) } : event)
      return !delivery || delivery.ok ? done() : failed(troubleConnecting)
    },
    home: (): SeenView | null => seen(ws.homes.get(userId)),
    modal: (): SeenView | null => seen(topView(ws, userId) ?? undefined),
    /** How many modals lie on one another. */
    modalDepth: (): number => ws.stacks.get(userId)?.length ?? 0,
    /** Presses a button or picks in a select. `value`: an option's value, ids, a date. Default place: the modal. */
    click: ({ value = null, ...target }: Target & { value?: RawInput }): Promise<Outcome> =>
      click(desk, user, target, value),
    /** Fills in a field of the modal; the app hears of it only where it asked to. */
    fill: ({ value, ...target }: Target & { value: RawInput }): Promise<Outcome> =>
      fill(desk, user, target, value),
    setQuietly: ({ value, ...target }: Target & { value: RawInput }) => setQuietly(desk, user, target, value),
    submit: (): Promise<Outcome> => submit(desk, user),
    close: (): Promise<Outcome> => closeModal(desk, user),
    suggest: (
      blockId: string,
      actionId: string,
      query: string,
      place: Partial<Target> = {},
    ): Promise<Suggestions> => suggest(desk, user, { ...place, blockId, actionId }, query),
    /** What this person sees in a conversation, their own ephemerals among it. */
    messages: (channel = directMessage): Message[] => messagesSeenBy(ws, userId, getChannel(ws, channel).id),
    ephemerals: (channel?: string): Message[] =>
      ws.messages.filter(
        (it) => it.visibleTo === userId && (channel === undefined || it.channel === channel),
      ),
  }
}

const seen = (open: Parameters<typeof viewPayload>[0] | undefined) => (open ? viewPayload(open) : null)
