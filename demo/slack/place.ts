import type { Block } from './block-kit/blocks.ts'
import type { Element } from './block-kit/elements.ts'
import { elementsOf } from './block-kit/walk.ts'
import type { DeskState } from './desk.ts'
import { messagesSeenBy } from './messages.ts'
import type { Place } from './payloads.ts'
import type { FormValues, Message, StateValue } from './types.ts'
import { formValues } from './values.ts'
import { topView } from './views.ts'
import { changed, getChannel } from './workspace.ts'

export type Where = 'home' | 'modal' | 'message'

/** Which element: by action_id, and by block_id or a button's value where that is not enough. */
export type Target = {
  where?: Where
  actionId: string
  blockId?: string
  /** For `message`: the conversation, and the message when it is not the newest one with such an element. */
  channel?: string
  ts?: string
  /** For a button that shares its action_id with others: the value it carries. */
  buttonValue?: string
}

export type Found = { place: Place; blockId: string; actionId: string; element: Element }

export function getElement(desk: DeskState, userId: string, target: Target): Found {
  for (const place of placesFor(desk, userId, target)) {
    const found = findElement(blocksOf(place), target) ?? findRedrawn(blocksOf(place), target)
    if (found) return { place, actionId: target.actionId, ...found }
  }
  const seen = placesFor(desk, userId, target).flatMap(blocksOf).flatMap(idsIn)
  throw new NotThere(
    `${userId} sees no ${target.actionId} in ${target.where ?? 'modal'}; there is ${seen.join(', ') || 'nothing'}`,
  )
}

/** What is pressed is not, or no longer, on the screen. */
export class NotThere extends Error {}

/** A view that was published anew has other block ids; Slack still takes a press on the button that was seen. */
function findRedrawn(blocks: readonly Block[], { blockId, ...target }: Target) {
  if (blockId === undefined || target.buttonValue === undefined) return undefined
  return findElement(blocks, target)
}

function placesFor(desk: DeskState, userId: string, { where = 'modal', channel, ts }: Target): Place[] {
  const { ws } = desk
  if (where === 'message') {
    return messagesSeenBy(ws, userId, getChannel(ws, channel ?? userId).id)
      .filter((message) => ts === undefined || message.ts === ts)
      .toReversed()
      .map((message) => ({ kind: 'message', message, values: valuesOfMessage(desk, userId, message) }))
  }
  const open = where === 'home' ? ws.homes.get(userId) : topView(ws, userId)
  return open ? [{ kind: 'view', open }] : []
}

export const blocksOf = (place: Place): Block[] => (place.kind === 'view' ? place.open : place.message).blocks

export const valuesIn = (place: Place): FormValues => (place.kind === 'view' ? place.open : place).values

function findElement(blocks: readonly Block[], { actionId, blockId, buttonValue }: Target) {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue
    for (const { element } of elementsOf(block)) {
      if (element.action_id !== actionId) continue
      if (buttonValue !== undefined && !(element.type === 'button' && (element.value ?? '') === buttonValue))
        continue
      return { blockId: block.block_id, element }
    }
  }
  return undefined
}

const idsIn = (block: Block) =>
  elementsOf(block).map(({ element }) => `${block.block_id}/${element.action_id}`)

const messageKey = (userId: string, message: Message) => `${userId}|${message.channel}|${message.ts}`

export function valuesOfMessage(desk: DeskState, userId: string, message: Message): FormValues {
  return formValues(message.blocks, desk.ws.messageValues.get(messageKey(userId, message)))
}

export function storeValue(desk: DeskState, userId: string, found: Found, value: StateValue) {
  const { place, blockId, actionId } = found
  const values = valuesIn(place)
  values[blockId] = { ...values[blockId], [actionId]: value }
  if (place.kind === 'message') desk.ws.messageValues.set(messageKey(userId, place.message), values)
  changed(desk.ws)
}

export const offeredKey = (userId: string, { blockId, actionId }: { blockId: string; actionId: string }) =>
  `${userId}|${blockId}|${actionId}`
