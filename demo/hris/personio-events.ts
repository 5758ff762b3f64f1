import type { Change } from './change-log.ts'
import type { PersonioHook } from './hook-book.ts'
import { lifecycleOf } from './person.ts'
import { ATTRIBUTES, isCustom, type View } from './personio-attributes.ts'
import { shortIdOf } from './short-ids.ts'
import type { Wire } from './wire.ts'

const COMPANY_ID = '636192'

/** Whose change is a change of the person; all else belongs to the employment. */
const OF_THE_PERSON = ['first_name', 'last_name', 'preferred_name', 'email']
const OF_NOBODY = ['id', 'created_at', 'last_modified_at']

/** Nothing is signed: a static token or headers are all there is. https://developer.personio.de/reference/webhooks */
export function sendPersonioEvents({ book, courier, log, rehearsal }: Wire): void {
  log.onChange((changes) => {
    const view: View = { company: rehearsal.company(), log, language: 'en' }
    for (const hook of book.hooks.personio.filter(({ status }) => status === 'ENABLED')) {
      for (const change of changes) {
        for (const name of eventsOf(change, view).filter((each) => hook.enabled_events.includes(each))) {
          const body = JSON.stringify(payload(name, change))
          courier.send(`personio ${hook.id}`, () => ({ url: hook.url, headers: authentication(hook), body }))
        }
      }
    }
  })
}

function eventsOf(change: Change, view: View): string[] {
  const { was, is, from, to } = change
  if (was === null) return ['person.created', 'employment.created']
  const changed = ATTRIBUTES.filter(
    ({ key, read }) =>
      !OF_NOBODY.includes(key) &&
      JSON.stringify(read(was, from, view)) !== JSON.stringify(read(is, to, view)),
  )
  const isPersons = changed.map((attribute) => isCustom(attribute) || OF_THE_PERSON.includes(attribute.key))
  const [before, after] = [lifecycleOf(was, from), lifecycleOf(is, to)]
  return [
    ...(isPersons.includes(true) ? ['person.updated'] : []),
    ...(isPersons.includes(false) ? ['employment.updated'] : []),
    ...(before === 'hired' && after === 'employed' ? ['employment.started'] : []),
    ...(before !== 'terminated' && after === 'terminated' ? ['employment.terminated'] : []),
  ]
}

/** Ids only: what happened has to be read. */
function payload(name: string, { is, at }: Change) {
  const id = String(shortIdOf(is.id))
  const isPersons = name.startsWith('person.')
  return {
    company_id: COMPANY_ID,
    event_name: name,
    occurred_at: at.toISOString(),
    payload: isPersons ? { id } : { id: `employment-${id}`, person: { id } },
  }
}

function authentication(hook: PersonioHook): Record<string, string> {
  if (hook.auth_type === 'CUSTOM') return hook.custom_headers
  return hook.auth_type === 'TOKEN' && hook.token !== null ? { authorization: hook.token } : {}
}
