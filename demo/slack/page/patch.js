// Replaces a part of the page with what the desk drew, and puts back what the person was doing in it.
import { enteredIn, fieldKey, fieldsIn, writeField } from './fields.js'

/** Fields touched on this page, by key, so that a redraw does not take back what was typed. */
const touched = new Map()
const drawn = new WeakMap()

export function touch(field) {
  touched.set(fieldKey(field), enteredIn(field))
}

/** What was touched on the surface of this element, as the desk wants to hear it. */
export function touchedOn(surface) {
  return fieldsIn(surface).filter((field) => touched.has(fieldKey(field)))
}

export function patch(container, markup) {
  if (drawn.get(container) === markup) return false
  drawn.set(container, markup)
  const before = remember(container)
  container.innerHTML = markup
  for (const field of fieldsIn(container)) {
    const entered = touched.get(fieldKey(field))
    if (entered) writeField(field, entered)
  }
  restore(container, before)
  return true
}

function remember(container) {
  const active = container.contains(document.activeElement) ? document.activeElement : null
  const scroller = container.querySelector('.modal-body') ?? container
  return {
    activeId: active?.id || null,
    activeHook: active?.dataset?.actionId ? hookOf(active) : null,
    selection: active && 'selectionStart' in active ? safeSelection(active) : null,
    top: scroller.scrollTop,
    atEnd: container.scrollHeight - container.scrollTop - container.clientHeight < 40,
    viewId: container.querySelector('[data-view-id]')?.dataset.viewId ?? null,
  }
}

function safeSelection(input) {
  try {
    return [input.selectionStart, input.selectionEnd]
  } catch {
    return null
  }
}

const hookOf = ({ dataset }) =>
  `[data-block-id="${CSS.escape(dataset.blockId)}"][data-action-id="${CSS.escape(dataset.actionId)}"]`

function restore(container, before) {
  const scroller = container.querySelector('.modal-body') ?? container
  const isSameView = (container.querySelector('[data-view-id]')?.dataset.viewId ?? null) === before.viewId
  if (container.dataset.kind === 'conversation' && before.atEnd) container.scrollTop = container.scrollHeight
  else if (isSameView) scroller.scrollTop = before.top
  const again = before.activeId
    ? document.getElementById(before.activeId)
    : before.activeHook && container.querySelector(before.activeHook)
  if (!again) return
  again.focus({ preventScroll: true })
  if (before.selection && before.selection[0] !== null) {
    try {
      again.setSelectionRange(...before.selection)
    } catch {
      // number and email fields have no selection to restore
    }
  }
}
