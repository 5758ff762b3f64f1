import type { Context } from 'hono'
import {
  type BambooField,
  bambooTime,
  CLASSIC_FIELDS,
  findClassicField,
  lastChangedAt,
  type View,
} from './bamboohr-fields.ts'
import { bambooLists } from './bamboohr-lists.ts'
import { classicError, isForbiddenField } from './bamboohr-refusals.ts'
import { changedXml, employeeXml, fieldsXml, listsXml } from './bamboohr-xml.ts'
import { isVanished } from './people-list.ts'
import type { Person } from './person.ts'
import { idOfShort, shortIdOf } from './short-ids.ts'
import type { Wire, WireEnv } from './wire.ts'

const MAX_FIELDS = 400
const BLANK_DATE = '0000-00-00'

/** `GET /v1/meta/fields`: ids are numbers, but for parts of a field. */
export function metaFields(c: Context, { rehearsal }: Wire): Response {
  if (rehearsal.isForbidden('all')) return classicError(403, 'Access to the fields is limited')
  if (!wantsJson(c)) return xml(c, fieldsXml(CLASSIC_FIELDS))
  return c.json(
    CLASSIC_FIELDS.map(({ id, name, type, alias, deprecated }) => ({
      id: id?.includes('.') ? id : Number(id),
      name,
      type,
      ...(alias === null ? {} : { alias }),
      ...(deprecated && { deprecated }),
    })),
  )
}

export function metaLists(c: Context, { rehearsal }: Wire): Response {
  if (rehearsal.isForbidden('all')) return classicError(403, 'Access to the fields is limited')
  const lists = bambooLists(rehearsal.company())
  return wantsJson(c) || c.req.query('format') === 'json' ? c.json(lists) : xml(c, listsXml(lists))
}

/** `GET /v1/employees/{id}`: only what is asked for, and of that only what may be seen. */
export function oneEmployee(c: Context<WireEnv>, id: string, wire: Wire): Response {
  const { rehearsal, log } = wire
  const names = (c.req.query('fields') ?? 'firstName,lastName').split(',')
  if (names.length > MAX_FIELDS) return classicError(400, `At most ${MAX_FIELDS} fields can be requested`)
  const view: View = { company: rehearsal.company(), log }
  const person = view.company.findById(idOfShort(id))
  // The key belongs to nobody who is employed.
  if (!person && id !== '0') return classicError(404, 'Employee not found')
  if (rehearsal.isForbidden('all')) return classicError(403, 'Insufficient permissions')

  const isCurrent = c.req.query('onlyCurrent') !== 'false'
  const values: Record<string, string | null> = {}
  for (const name of names) {
    const field = findClassicField(name)
    const isShown = field && !isForbiddenField(rehearsal, field) && !vanishes(field, c)
    if (person && isShown) values[name] = classicValue(field, person, view, isCurrent)
  }
  return wantsJson(c) ? c.json({ id, ...values }) : xml(c, employeeXml(id, values))
}

/** `GET /v1/employees/changed`: who, not what. */
export function changedEmployees(c: Context, { rehearsal, log }: Wire): Response {
  const since = Date.parse(c.req.query('since') ?? '')
  const type = c.req.query('type') ?? 'all'
  if (Number.isNaN(since)) return classicError(400, 'The since parameter is missing or not a date')
  if (!['inserted', 'updated', 'deleted', 'all'].includes(type)) return classicError(400, 'No such type')
  if (rehearsal.isForbidden('all')) return classicError(403, 'Insufficient permissions')

  const changed: Record<string, { id: string; action: string; lastChanged: string }> = {}
  let latest = since
  for (const person of rehearsal.company().people()) {
    const at = lastChangedAt(person.id, log)
    if (at.getTime() <= since) continue
    const action = log.changesOf(person.id).some(({ was }) => was !== null) ? 'Updated' : 'Inserted'
    if (type !== 'all' && type !== action.toLowerCase()) continue
    const id = String(shortIdOf(person.id))
    changed[id] = { id, action, lastChanged: bambooTime(at) }
    latest = Math.max(latest, at.getTime())
  }
  const answer = { latest: bambooTime(new Date(latest)), employees: changed }
  return wantsJson(c) ? c.json(answer) : xml(c, changedXml(answer))
}

/** What lies ahead is blank, and a blank date is not null. */
function classicValue(field: BambooField, person: Person, view: View, isCurrent: boolean): string | null {
  const today = view.company.today()
  const effectiveFrom = field.effectiveFrom?.(person) ?? null
  const liesAhead = isCurrent && effectiveFrom !== null && effectiveFrom > today
  const value = liesAhead ? null : field.read(person, today, view)
  return value === null && field.type === 'date' ? BLANK_DATE : value
}

function vanishes({ id, alias }: BambooField, c: Context<WireEnv>): boolean {
  return isVanished(c.get('faults'), [id, alias], alias === 'workEmail')
}

/** XML comes unless JSON is asked for by name. */
function wantsJson(c: Context): boolean {
  return c.req.header('accept')?.includes('application/json') ?? false
}

function xml(c: Context, text: string): Response {
  return c.body(text, 200, { 'content-type': 'text/xml; charset=utf-8' })
}
