// A text box over a list, after the ARIA combobox pattern: several choices, or options asked of the app.
import { addChip, chips, comboInput, targetOf } from './fields.js'

const waitMs = 200
const closeAfterMs = 250
const timers = new WeakMap()

const listOf = (combo) => combo.querySelector('[role=listbox]')
const optionsOf = (combo) => [...listOf(combo).querySelectorAll('[role=option]:not([hidden])')]
const comboOf = (node) => node.closest?.('.combo') ?? null
const isMulti = (combo) => 'multi' in combo.dataset
const isExternal = (combo) => 'external' in combo.dataset

/** `send` reaches the desk; `picked` is told of every choice made. */
export function watchComboboxes({ send, picked }) {
  document.addEventListener('click', ({ target }) => {
    const combo = comboOf(target)
    if (combo && target.role === 'combobox' && listOf(combo).hidden) open(combo, send)
  })
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    const combo = comboOf(target)
    if (!combo || combo.contains(relatedTarget)) return
    // What is being pressed must not move away under the pointer, so the list stays until the press is over.
    setTimeout(() => {
      if (!combo.contains(document.activeElement)) close(combo)
    }, closeAfterMs)
  })
  document.addEventListener('input', ({ target }) => {
    const combo = comboOf(target)
    if (!combo || target.role !== 'combobox') return
    if (!isMulti(combo) && target.value === '' && target.dataset.chosen) {
      target.dataset.chosen = ''
      picked(combo)
    }
    open(combo, send)
  })
  document.addEventListener('keydown', (event) => {
    const combo = comboOf(event.target)
    if (combo && event.target.role === 'combobox') onKey(combo, event, { send, picked })
  })
  document.addEventListener('pointerdown', (event) => {
    const option = event.target.closest?.('.combo [role=option]')
    if (!option) return
    event.preventDefault()
    choose(comboOf(option), option, picked)
  })
  document.addEventListener('click', ({ target }) => {
    const remove = target.closest?.('[data-remove]')
    if (!remove) return
    const combo = comboOf(remove)
    drop(combo, remove.closest('li').dataset.value)
    comboInput(combo).focus()
    picked(combo)
  })
}

function open(combo, send) {
  const list = listOf(combo)
  const query = comboInput(combo).value.trim()
  if (isExternal(combo)) {
    clearTimeout(timers.get(combo))
    timers.set(
      combo,
      setTimeout(() => ask(combo, query, send), waitMs),
    )
  } else {
    const needle = query.toLowerCase()
    for (const option of list.querySelectorAll('[role=option]')) {
      option.hidden = !option.textContent.toLowerCase().includes(needle)
    }
    show(combo)
  }
}

async function ask(combo, query, send) {
  const chosen = !isMulti(combo) && comboInput(combo).dataset.chosen
  const asked = chosen ? '' : query
  if (asked.length < Number(combo.dataset.minQuery)) {
    fillList(combo, [], `Type ${combo.dataset.minQuery} or more characters`)
    return
  }
  fillList(combo, [], 'Loading…')
  const { options = [], notice } = await send({ verb: 'suggest', target: targetOf(combo), query: asked })
  if (!combo.isConnected) return
  fillList(combo, options, notice ?? (options.length === 0 ? 'No results' : null))
}

function fillList(combo, options, note) {
  const list = listOf(combo)
  const chosen = new Set(chips(combo).map((chip) => chip.dataset.value))
  const rows = options.map(({ value, text, description }) => {
    const row = document.createElement('li')
    row.role = 'option'
    row.id = `${comboInput(combo).id}-${value}`
    row.dataset.value = value
    row.ariaSelected = String(chosen.has(value))
    row.textContent = text.text
    if (description) {
      const small = document.createElement('small')
      small.textContent = description.text
      row.append(small)
    }
    return row
  })
  if (note) {
    const row = document.createElement('li')
    row.className = 'note'
    row.textContent = note
    rows.push(row)
  }
  list.replaceChildren(...rows)
  show(combo)
}

function show(combo) {
  if (!combo.contains(document.activeElement)) return
  listOf(combo).hidden = listOf(combo).children.length === 0
  comboInput(combo).ariaExpanded = String(!listOf(combo).hidden)
  listOf(combo).scrollIntoView({ block: 'nearest' })
}

function close(combo) {
  clearTimeout(timers.get(combo))
  const input = comboInput(combo)
  listOf(combo).hidden = true
  input.ariaExpanded = 'false'
  input.removeAttribute('aria-activedescendant')
}

function onKey(combo, event, { send, picked }) {
  const options = optionsOf(combo)
  const active = listOf(combo).querySelector('.active')
  const at = options.indexOf(active)
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    if (listOf(combo).hidden) return open(combo, send)
    const step = event.key === 'ArrowDown' ? 1 : -1
    activate(combo, options[(at + step + options.length) % options.length])
  } else if (event.key === 'Enter' && !listOf(combo).hidden) {
    event.preventDefault()
    if (active ?? options[0]) choose(combo, active ?? options[0], picked)
  } else if (event.key === 'Escape' && !listOf(combo).hidden) {
    event.preventDefault()
    event.stopPropagation()
    close(combo)
  } else if (event.key === 'Backspace' && isMulti(combo) && comboInput(combo).value === '') {
    const last = chips(combo).at(-1)
    if (!last) return
    drop(combo, last.dataset.value)
    picked(combo)
  }
}

function activate(combo, option) {
  if (!option) return
  for (const other of optionsOf(combo)) other.classList.toggle('active', other === option)
  comboInput(combo).setAttribute('aria-activedescendant', option.id)
  option.scrollIntoView({ block: 'nearest' })
}

function choose(combo, option, picked) {
  const { value } = option.dataset
  const input = comboInput(combo)
  const label = option.firstChild.textContent
  if (!isMulti(combo)) {
    input.value = label
    input.dataset.chosen = value
    close(combo)
  } else if (chips(combo).some((chip) => chip.dataset.value === value)) {
    drop(combo, value)
  } else if (chips(combo).length < Number(combo.dataset.max ?? Number.POSITIVE_INFINITY)) {
    addChip(combo, value, label)
    input.value = ''
    option.ariaSelected = 'true'
    if (!isExternal(combo)) for (const row of listOf(combo).children) row.hidden = false
  }
  picked(combo)
}

function drop(combo, value) {
  chips(combo)
    .find((chip) => chip.dataset.value === value)
    ?.remove()
  const option = [...listOf(combo).children].find((row) => row.dataset.value === value)
  if (option) option.ariaSelected = 'false'
}
