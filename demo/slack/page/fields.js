// Reads and writes the inputs of Block Kit elements. A value is text, a list of values, or null for nothing.

export const fieldsIn = (root) => [...(root?.querySelectorAll('[data-field]') ?? [])]

export const surfaceOf = (element) => element.closest('[data-where]')

/** What the desk needs to find an element again. */
export function targetOf(element) {
  const { where, channel, ts } = surfaceOf(element).dataset
  const { blockId, actionId, type, value = '' } = element.dataset
  return {
    where,
    blockId,
    actionId,
    ...(type === 'button' ? { buttonValue: value } : {}),
    ...(ts ? { channel, ts } : {}),
  }
}

export function fieldKey(field) {
  const { where, viewId = '', ts = '' } = surfaceOf(field).dataset
  const { blockId, actionId, type } = field.dataset
  return [where, viewId, ts, blockId, actionId, type].join('|')
}

export function readField(field) {
  const { type } = field.dataset
  if (type === 'checkboxes') return checked(field)
  if (type === 'radio_buttons') return checked(field)[0] ?? null
  if (field.classList.contains('combo')) {
    if ('multi' in field.dataset) return chips(field).map((chip) => chip.dataset.value)
    return comboInput(field).dataset.chosen || null
  }
  if (type === 'datetimepicker') return field.value ? String(Date.parse(`${field.value}Z`) / 1000) : null
  return field.value === '' ? null : field.value
}

/** What to put back after a redraw: the value, and for chosen options the words they were shown by. */
export function enteredIn(field) {
  const labels = field.classList.contains('combo')
    ? chips(field).map((chip) => [chip.dataset.value, chip.querySelector('span').textContent])
    : []
  return { value: readField(field), labels, text: comboInput(field)?.value ?? '' }
}

export function writeField(field, { value, labels, text }) {
  const { type } = field.dataset
  const many = Array.isArray(value) ? value : value === null ? [] : [value]
  if (type === 'checkboxes' || type === 'radio_buttons') {
    for (const input of field.querySelectorAll('input')) input.checked = many.includes(input.value)
  } else if (field.classList.contains('combo')) {
    field.querySelector('.chips').replaceChildren()
    for (const [chosen, label] of labels) addChip(field, chosen, label)
    comboInput(field).value = text
    if (!('multi' in field.dataset)) comboInput(field).dataset.chosen = value ?? ''
  } else if (type === 'datetimepicker') {
    field.value = value === null ? '' : new Date(Number(value) * 1000).toISOString().slice(0, 16)
  } else {
    field.value = value ?? ''
  }
}

export function addChip(combo, value, label) {
  const chip = document.createElement('li')
  chip.dataset.value = value
  const words = document.createElement('span')
  words.textContent = label
  const remove = document.createElement('button')
  remove.type = 'button'
  remove.dataset.remove = ''
  remove.ariaLabel = `Remove ${label}`
  remove.textContent = '×'
  chip.append(words, remove)
  combo.querySelector('.chips').append(chip)
}

const checked = (field) => [...field.querySelectorAll('input:checked')].map((input) => input.value)

export const chips = (combo) => [...combo.querySelectorAll('.chips > li')]

export const comboInput = (combo) => combo.querySelector('input')
