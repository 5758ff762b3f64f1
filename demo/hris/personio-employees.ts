import type { Context } from 'hono'
import { isVanished, listAnswer, listedPeople, pageOfPeople } from './people-list.ts'
import type { Person } from './person.ts'
import { ATTRIBUTES, type Attribute, attributeMetadata, type View } from './personio-attributes.ts'
import { v1Error } from './personio-refusals.ts'
import { modifiedAt } from './personio-values.ts'
import type { Rehearsal } from './rehearsal.ts'
import { idOfShort } from './short-ids.ts'
import type { WireEnv } from './wire.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 100

/** `GET /company/employees`: everybody, those who left and those who start later too. */
export function employeeList(c: Context<WireEnv>, rehearsal: Rehearsal, view: View): Response {
  if (rehearsal.isForbidden('all')) return v1Error(401, 'The credentials have no access to employees')
  const limit = Math.min(MAX_LIMIT, Number(c.req.query('limit') ?? DEFAULT_LIMIT))
  const offset = Number(c.req.query('offset') ?? 0)
  if (!Number.isInteger(limit) || limit < 1) return v1Error(400, 'limit must be at least 1')
  if (!Number.isInteger(offset) || offset < 0) return v1Error(400, 'offset must be at least 0')
  const since = c.req.query('updated_since')
  if (since !== undefined && Number.isNaN(Date.parse(since)))
    return v1Error(400, 'updated_since is not a date')

  const attributes = shownAttributes(c, rehearsal)
  const mayBeListed = listedPeople(rehearsal, c.get('faults'))
  const email = c.req.query('email')
  const isWanted = wantedBy(since, email, attributes, view)
  const isListed = isWanted
    ? (person: Person) => (mayBeListed?.(person) ?? true) && isWanted(person)
    : mayBeListed
  const { people, total } = pageOfPeople(view.company, isListed, offset, limit)
  return listAnswer(c, {
    success: true,
    metadata: {
      total_elements: total,
      current_page: Math.floor(offset / limit),
      total_pages: Math.ceil(total / limit),
    },
    offset,
    limit,
    data: people.map((person) => employeeJson(person, attributes, view)),
  })
}

/** Whoever is not in the list is not found here either. */
export function oneEmployee(c: Context<WireEnv>, rehearsal: Rehearsal, view: View): Response {
  if (rehearsal.isForbidden('all')) return v1Error(401, 'The credentials have no access to employees')
  const person = view.company.findById(idOfShort(c.req.param('id') ?? ''))
  const isListed = listedPeople(rehearsal, c.get('faults'))
  if (!person || isListed?.(person) === false) return v1Error(404, 'Employee not found')
  return listAnswer(c, { success: true, data: employeeJson(person, shownAttributes(c, rehearsal), view) })
}

/** `GET /company/employees/attributes`: what the credentials may read, and nothing else. */
export function attributeList(c: Context<WireEnv>, rehearsal: Rehearsal, view: View): Response {
  if (rehearsal.isForbidden('all')) return v1Error(403, 'The credentials have no access to employees')
  const readable = ATTRIBUTES.filter((attribute) => isReadable(attribute, rehearsal))
  return c.json({
    success: true,
    data: readable.map((attribute) => attributeMetadata(attribute, view.language)),
  })
}

function employeeJson(person: Person, attributes: readonly Attribute[], view: View) {
  const today = view.company.today()
  const wrapped = attributes.map((attribute) => [
    attribute.key,
    {
      label: attribute.label[view.language],
      value: attribute.read(person, today, view),
      type: attribute.type,
      universal_id: attribute.universalId,
    },
  ])
  return { type: 'Employee', attributes: Object.fromEntries(wrapped) }
}

/** Asked for, or all where none are named; and on the whitelist. The id comes in any case. */
function shownAttributes(c: Context<WireEnv>, rehearsal: Rehearsal): Attribute[] {
  const asked = [...(c.req.queries('attributes[]') ?? []), ...(c.req.queries('attributes') ?? [])]
  const faults = c.get('faults')
  return ATTRIBUTES.filter(
    (attribute) =>
      attribute.key === 'id' ||
      ((asked.length === 0 || asked.includes(attribute.key)) &&
        isReadable(attribute, rehearsal) &&
        !isVanished(faults, [attribute.key], attribute.key === 'email')),
  )
}

function isReadable({ key, category }: Attribute, rehearsal: Rehearsal): boolean {
  return !rehearsal.isForbidden(category) && !rehearsal.isForbidden(key)
}

/** `updated_since` sees only readable attributes, and only those asked for. With it the email is ignored. */
function wantedBy(
  since: string | undefined,
  email: string | undefined,
  attributes: readonly Attribute[],
  view: View,
): ((person: Person) => boolean) | null {
  if (since === undefined) return email === undefined ? null : (person) => person.workEmail === email
  const sinceMs = Date.parse(since)
  return ({ id }) => {
    const changes = view.log.changesOf(id).filter(({ at }) => at.getTime() > sinceMs)
    const isTouched = changes.some(({ was, is, from, to }) =>
      attributes.some(
        ({ read }) =>
          was === null || JSON.stringify(read(was, from, view)) !== JSON.stringify(read(is, to, view)),
      ),
    )
    return isTouched || (changes.length === 0 && modifiedAt(id, view.log).getTime() > sinceMs)
  }
}
