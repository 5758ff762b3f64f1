import type { Element } from './block-kit/elements.ts'
import { deliver } from './deliver.ts'
import type { DeskState } from './desk.ts'
import { type RawInput, readInput } from './input.ts'
import { done, failed, type Outcome, pressNotice } from './outcome.ts'
import { actionParcel } from './payloads.ts'
import { blocksOf, type Found, getElement, offeredKey, storeValue, type Target, valuesIn } from './place.ts'
import type { StateValue, User } from './types.ts'
import { hasValue } from './values.ts'
import { nextTs } from './workspace.ts'

/** Somebody presses a button, or picks something where picking tells the app at once. */
export async function click(desk: DeskState, user: User, target: Target, raw: RawInput): Promise<Outcome> {
  const found = getElement(desk, user.id, target)
  return press(desk, user, found, chosen(desk, user, found, raw))
}

/**
 * Somebody fills in a field. The app hears of it only if it asked to: elements outside input blocks
 * always tell it, those inside when the block says `dispatch_action`.
 */
export async function fill(desk: DeskState, user: User, target: Target, raw: RawInput): Promise<Outcome> {
  const found = getElement(desk, user.id, target)
  const fields = chosen(desk, user, found, raw)
  const block = blocksOf(found.place).find((it) => it.block_id === found.blockId)
  if (block?.type === 'input' && !block.dispatch_action) return done()
  return press(desk, user, found, fields)
}

/** Sets a field without anyone hearing of it: what the page knows and the stand-in does not yet. */
export function setQuietly(desk: DeskState, user: User, target: Target, raw: RawInput) {
  chosen(desk, user, getElement(desk, user.id, target), raw)
}

/** Remembers what was chosen and returns what the payload says of it. */
function chosen(desk: DeskState, user: User, found: Found, raw: RawInput): object {
  const { element, place, blockId, actionId } = found
  if (!hasValue(element)) return buttonFields(element, raw)
  const offered = desk.offered.get(offeredKey(user.id, found)) ?? []
  const value: StateValue = readInput(element, raw, {
    offered,
    current: valuesIn(place)[blockId]?.[actionId],
  })
  storeValue(desk, user.id, found, value)
  return value
}

function buttonFields(element: Extract<Element, { type: 'button' | 'overflow' }>, raw: RawInput): object {
  if (element.type === 'button') return { text: element.text, value: element.value, style: element.style }
  const option = element.options.find((it) => it.value === raw)
  if (option) return { selected_option: option }
  throw new Error(`${element.action_id}: no option ${JSON.stringify(raw)} in the overflow menu`)
}

async function press(desk: DeskState, user: User, found: Found, fields: object): Promise<Outcome> {
  const { element, place, blockId, actionId } = found
  const action = {
    type: element.type,
    block_id: blockId,
    action_id: actionId,
    ...('placeholder' in element ? { placeholder: element.placeholder } : {}),
    ...('confirm' in element ? { confirm: element.confirm } : {}),
    ...fields,
    action_ts: nextTs(desk.ws),
  }
  const delivery = await deliver(desk, actionParcel(desk, user, place, action))
  const url = linkOf(element, fields)
  return delivery.ok ? done({ url }) : failed(pressNotice(delivery), { url })
}

function linkOf(element: Element, fields: object): string | null {
  if (element.type === 'button') return element.url ?? null
  if (element.type !== 'overflow' || !('selected_option' in fields)) return null
  const { selected_option } = fields
  return element.options.find((it) => it === selected_option)?.url ?? null
}
