// The desk in the browser: shows what the desk drew, sends what the person did, and marks what is under way.
import { watchComboboxes } from './combobox.js'
import { watchComposer } from './composer.js'
import { readField, surfaceOf, targetOf } from './fields.js'
import { patch, touch, touchedOn } from './patch.js'

const { user, path } = document.body.dataset
const modal = document.querySelector('#modal')
const pane = document.querySelector('#pane')
const toast = document.querySelector('#toast')
const typingPauseMs = 400

/** What the last act left to show in the open modal; gone with the next act. */
let said = { notice: null, errors: {} }
let busy = 0
let refreshing = null
let again = false

async function send(body) {
  const response = await fetch(`/as/${user}/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json()
}

/** Does one thing: buttons are dead until Slack has an answer, and a failure is shown where it happened. */
async function act(body, pressed) {
  if (busy > 0 && body.verb !== 'fill') return
  const inModal = pressed ? modal.contains(pressed) : false
  say({ notice: null, errors: {} }, false)
  busy += 1
  markBusy(pressed)
  try {
    const outcome = await send(body)
    // A plain link has opened by itself.
    if (outcome.url && !pressed?.href) window.open(outcome.url, '_blank', 'noopener')
    // What became of a command Slackbot says in the conversation itself.
    const notice = outcome.problem ?? (body.verb === 'send' ? null : outcome.notice) ?? null
    say({ notice, errors: outcome.errors ?? {} }, inModal)
  } catch {
    say({ notice: 'The desk did not answer. Is it still running?', errors: {} }, inModal)
  } finally {
    busy -= 1
    pressed?.classList.remove('busy')
    await refresh()
    markBusy()
    focusFirstError()
  }
}

function say(next, inModal) {
  said = inModal ? next : { notice: null, errors: next.errors }
  toast.hidden = inModal || next.notice === null
  toast.textContent = inModal ? '' : (next.notice ?? '')
  showSaid()
}

function showSaid() {
  const notice = modal.querySelector('.notice')
  if (!notice) return
  notice.hidden = said.notice === null
  notice.textContent = said.notice ?? ''
  for (const block of modal.querySelectorAll('.block.input')) {
    const error = said.errors[block.dataset.blockId]
    const slot = block.querySelector('.field-error')
    slot.hidden = error === undefined
    slot.textContent = error ?? ''
    block.classList.toggle('wrong', error !== undefined)
    for (const input of block.querySelectorAll('input, select, textarea')) {
      input.ariaInvalid = error === undefined ? null : 'true'
    }
  }
}

function focusFirstError() {
  modal.querySelector('.wrong :is(input, select, textarea)')?.focus()
  // Below a long list of choices it would be out of sight.
  modal.querySelector('.wrong .field-error')?.scrollIntoView({ block: 'nearest' })
}

function markBusy(pressed) {
  pressed?.classList.add('busy')
  document.body.toggleAttribute('data-busy', busy > 0)
  for (const button of document.querySelectorAll('[data-press], .modal footer button, .composer button')) {
    button.disabled = busy > 0
  }
}

async function refresh() {
  if (refreshing) {
    again = true
    return refreshing
  }
  refreshing = draw().finally(() => {
    refreshing = null
  })
  await refreshing
  if (again) {
    again = false
    await refresh()
  }
}

async function draw() {
  const response = await fetch(`/as/${user}/parts/${path}`)
  if (!response.ok) return
  const parts = await response.json()
  patch(pane, parts.pane)
  patch(modal, parts.modal)
  const isOpen = modal.children.length > 0
  if (isOpen && !modal.open) modal.showModal()
  if (!isOpen && modal.open) modal.close()
  showSaid()
  markBusy()
}

/** Asks Slack's question first where the element has one. */
function confirmed(element) {
  const markup = element.closest('[data-confirm]')?.dataset.confirm
  if (!markup) return Promise.resolve(true)
  const dialog = document.querySelector('#confirm')
  dialog.innerHTML = markup
  dialog.returnValue = 'deny'
  dialog.showModal()
  dialog.onclick = ({ target }) => {
    const answer = target.closest('[data-answer]')?.dataset.answer
    if (answer) dialog.close(answer)
  }
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === 'confirm')
  })
}

const fieldsFor = (element) =>
  touchedOn(surfaceOf(element)).map((field) => ({ target: targetOf(field), value: readField(field) }))

async function press(button) {
  if (!(await confirmed(button))) return
  button.closest('details')?.removeAttribute('open')
  const value = button.dataset.type === 'overflow' ? button.dataset.value : null
  await act({ verb: 'click', target: targetOf(button), value, fields: fieldsFor(button) }, button)
}

async function changedField(field) {
  touch(field)
  if (!('dispatch' in field.dataset)) return
  if (!(await confirmed(field))) return refresh()
  await act(
    { verb: 'fill', target: targetOf(field), value: readField(field), fields: fieldsFor(field) },
    field,
  )
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-press]')
  if (button) press(button)
  if (event.target.closest('[data-close]')) act({ verb: 'close' })
  for (const menu of document.querySelectorAll('details.overflow[open]')) {
    if (!menu.contains(event.target)) menu.removeAttribute('open')
  }
})

const isTyped = (field) => 'onEnter' in field.dataset || 'onTyping' in field.dataset
const fieldOf = (target) => (target.role === 'combobox' ? null : target.closest?.('[data-field]'))

document.addEventListener('change', ({ target }) => {
  const field = fieldOf(target)
  if (!field) return
  if (isTyped(field)) touch(field)
  else changedField(field)
})

let typing
document.addEventListener('input', ({ target }) => {
  const field = fieldOf(target)
  if (!field) return
  touch(field)
  if (!('onTyping' in field.dataset)) return
  clearTimeout(typing)
  typing = setTimeout(() => changedField(field), typingPauseMs)
})

document.addEventListener('keydown', (event) => {
  const field = event.target.closest?.('[data-on-enter]')
  if (!field || event.key !== 'Enter' || event.shiftKey) return
  event.preventDefault()
  changedField(field)
})

modal.addEventListener('submit', (event) => {
  event.preventDefault()
  const form = event.target
  const button = form.querySelector('button[type=submit]')
  if (button) act({ verb: 'submit', fields: fieldsFor(form.querySelector('header')) }, button)
})
modal.addEventListener('cancel', (event) => {
  event.preventDefault()
  if (event.target === modal) act({ verb: 'close' })
})

const menu = document.querySelector('.menu')
menu.addEventListener('click', () => {
  const isOpen = document.body.toggleAttribute('data-menu')
  menu.ariaExpanded = String(isOpen)
})

watchComboboxes({ send, picked: changedField })
watchComposer((body) => act(body, document.querySelector('.composer button')))

const changes = new EventSource(`/as/${user}/changes`)
changes.onmessage = () => refresh()
changes.onerror = () => {
  document.querySelector('.lost').hidden = false
}
changes.onopen = () => {
  document.querySelector('.lost').hidden = true
}

if (pane.dataset.kind === 'conversation') pane.scrollTop = pane.scrollHeight
if (path === 'home') act({ verb: 'openHome' })
