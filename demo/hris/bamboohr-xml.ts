import type { BambooField } from './bamboohr-fields.ts'
import type { BambooList } from './bamboohr-lists.ts'

type Attributes = Readonly<Record<string, string | null>>

export function fieldsXml(fields: readonly BambooField[]): string {
  return document(
    'fields',
    {},
    fields.map(({ id, type, alias, name }) => element('field', { id, type, alias }, name)),
  )
}

export function listsXml(lists: readonly BambooList[]): string {
  const texts = lists.map(({ fieldId, name, options, ...attributes }) => {
    const all = options.map((each) =>
      element('option', { id: String(each.id), archived: each.archived }, each.name),
    )
    const about = attributeText({ fieldId, ...attributes })
    return `<list${about}>${element('name', {}, name)}<options>${all.join('')}</options></list>`
  })
  return document('lists', {}, texts)
}

export function employeeXml(id: string, values: Readonly<Record<string, string | null>>): string {
  const fields = Object.entries(values).map(([name, value]) => element('field', { id: name }, value ?? ''))
  return document('employee', { id }, fields)
}

export function changedXml(changed: {
  latest: string
  employees: Readonly<Record<string, { id: string; action: string; lastChanged: string }>>
}): string {
  const employees = Object.values(changed.employees).map((each) => element('employee', each, ''))
  return document('employees', { latest: changed.latest }, employees)
}

function document(name: string, attributes: Attributes, children: readonly string[]): string {
  return `<?xml version="1.0"?>\n<${name}${attributeText(attributes)}>${children.join('')}</${name}>\n`
}

function element(name: string, attributes: Attributes, text: string): string {
  return `<${name}${attributeText(attributes)}>${escaped(text)}</${name}>`
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === null ? '' : ` ${name}="${escaped(value)}"`))
    .join('')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
