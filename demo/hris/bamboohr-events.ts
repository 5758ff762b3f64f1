import { createHmac } from 'node:crypto'
import {
  type BambooField,
  bambooTime,
  CLASSIC_FIELDS,
  findClassicField,
  isCustom,
  type View,
} from './bamboohr-fields.ts'
import { isForbiddenField } from './bamboohr-refusals.ts'
import { hookTime, isLegacy } from './bamboohr-webhooks.ts'
import type { Change } from './change-log.ts'
import type { BambooHook } from './hook-book.ts'
import { shortIdOf } from './short-ids.ts'
import type { Wire } from './wire.ts'

const COMPANY_ID = '636192'

type Event = { action: 'Created' | 'Updated'; change: Change; fields: readonly BambooField[] }

/** Tells every webhook what it asked to be told. https://documentation.bamboohr.com/docs/webhooks */
export function sendBambooEvents(wire: Wire, companyDomain: string): void {
  const { book, courier, log } = wire
  log.onChange((changes) => {
    for (const hook of book.hooks.bamboohr) {
      for (const event of changes.flatMap((change) => eventsFor(hook, change, wire))) {
        const body = JSON.stringify(payload(hook, event, { company: wire.rehearsal.company(), log }))
        hook.lastSent = hookTime(new Date())
        courier.send(`bamboohr ${hook.id}`, () => letter(hook, body, companyDomain))
      }
    }
    book.save()
  })
}

/** Body, then time, with nothing between them. */
export function bambooSignature(privateKey: string, body: string, timestamp: string): string {
  return createHmac('sha256', privateKey)
    .update(body + timestamp)
    .digest('hex')
}

function letter(hook: BambooHook, body: string, companyDomain: string) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  return {
    url: hook.url,
    body,
    headers: {
      'X-BambooHR-Timestamp': timestamp,
      'X-BambooHR-Signature': bambooSignature(hook.privateKey, body, timestamp),
      ...(hook.includeCompanyDomain ? { 'company-domain': companyDomain } : {}),
    },
  }
}

/** A new person is created and then updated; standard and custom fields come as two events. */
function eventsFor(hook: BambooHook, change: Change, wire: Wire): Event[] {
  const wants = (action: string) => hook.events.some((each) => each.endsWith(`.${action}`))
  const events: Event[] = []
  if (change.was === null && wants('created')) events.push({ action: 'Created', change, fields: [] })
  if (!wants('updated')) return events
  const changed = changedFields(change, { company: wire.rehearsal.company(), log: wire.log })
  const seen = changed.filter(
    (field) =>
      hook.monitorFields.some((name) => findClassicField(name) === field) &&
      !isForbiddenField(wire.rehearsal, field),
  )
  for (const fields of [seen.filter((each) => !isCustom(each)), seen.filter(isCustom)]) {
    if (fields.length > 0) events.push({ action: 'Updated', change, fields })
  }
  return events
}

function changedFields({ was, is, from, to }: Change, view: View): BambooField[] {
  return CLASSIC_FIELDS.filter((field) => {
    const before = was === null ? null : field.read(was, from, view)
    return before !== field.read(is, to, view)
  })
}

function payload(hook: BambooHook, { action, change, fields }: Event, view: View) {
  const id = String(shortIdOf(change.is.id))
  const timestamp = bambooTime(change.at).replace('+00:00', '+0000')
  if (!hook.events.some(isLegacy)) {
    const changedNames = fields.map((field) => field.alias ?? field.id)
    return {
      type: `employee.${action.toLowerCase()}`,
      timestamp,
      data: {
        companyId: COMPANY_ID,
        employeeId: id,
        ...(action === 'Updated' ? { changedFields: changedNames } : {}),
      },
    }
  }
  const posted = Object.entries(hook.postFields).flatMap(([name, nameOut]) => {
    const field = findClassicField(name)
    return field ? [[nameOut, { value: field.read(change.is, change.to, view) }]] : []
  })
  const changedNames = fields.map(({ name }) => name)
  return {
    employees: [{ id, action, timestamp, changedFields: changedNames, fields: Object.fromEntries(posted) }],
  }
}
