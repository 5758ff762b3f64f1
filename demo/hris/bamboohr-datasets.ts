import type { Context } from 'hono'
import { z } from 'zod'
import { BAMBOO_FIELDS, type BambooField, type View } from './bamboohr-fields.ts'
import { parseFilter } from './bamboohr-filter.ts'
import { isForbiddenField, problem } from './bamboohr-refusals.ts'
import { isVanished, listAnswer, listedPeople, pageOfPeople } from './people-list.ts'
import type { Person } from './person.ts'
import { readJson, type Wire, type WireEnv } from './wire.ts'

const MAX_PAGE_SIZE = 1000
const ID_ORDER = 'eeid asc'

const pageSchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  page_size: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(500),
})

const dataSchema = z.object({
  fields: z.array(z.string()).min(1),
  filter: z.string().nullish(),
  orderBy: z.string().nullish(),
  page: z.int().min(1).default(1),
  pageSize: z.int().min(1).max(MAX_PAGE_SIZE).default(100),
})

const NAMED = BAMBOO_FIELDS.filter(({ dataset }) => dataset !== null)

/** `GET /v1_2/datasets/employee/fields`: every field, also those that the key's user may not see. */
export function datasetFields(c: Context): Response {
  const asked = pageSchema.safeParse(c.req.query())
  if (!asked.success) return problem(c, 422, 'INVALID_PAGE', 'page or page_size is out of range')
  const { page_size: size } = asked.data
  const pages = Math.ceil(NAMED.length / size)
  const page = Math.min(asked.data.page, pages)
  const linkTo = (to: number) => {
    const url = new URL(c.req.url)
    url.search = new URLSearchParams({ page: String(to), page_size: String(size) }).toString()
    return url.href
  }
  return c.json({
    name: 'employee',
    label: 'Employee',
    pagination: {
      total_records: NAMED.length,
      current_page: page,
      total_pages: pages,
      next_page: page < pages ? linkTo(page + 1) : null,
      prev_page: page > 1 ? linkTo(page - 1) : null,
    },
    fields: NAMED.slice((page - 1) * size, page * size).map((each) => ({
      name: each.dataset,
      label: each.name,
      parentType: each.parentType,
      parentName: each.parentName,
      entityName: each.entityName,
    })),
  })
}

/** `POST /v2/datasets/employee/data`: everybody, those who left and those who start later too. */
export async function datasetData(c: Context<WireEnv>, wire: Wire): Promise<Response> {
  const asked = dataSchema.safeParse(await readJson(c))
  if (!asked.success) return invalidRequest(c, asked.error)
  const { fields: names, filter: filterText, orderBy, page, pageSize } = asked.data
  const fields = names.map((name) => NAMED.find(({ dataset }) => dataset === name))
  const unknown = names[fields.indexOf(undefined)]
  if (unknown !== undefined) return problem(c, 422, 'INVALID_FIELD', `There is no field ${unknown}`)
  if (wire.rehearsal.isForbidden('all')) return problem(c, 403, 'FORBIDDEN', 'Insufficient permissions')

  const filter = filterText ? parseFilter(filterText) : null
  if (filter === undefined) return problem(c, 422, 'INVALID_FILTER', 'The filter cannot be read')
  const rules = parseOrder(orderBy ?? ID_ORDER)
  if (rules?.some(({ name }) => orderBy && !names.includes(name)))
    return problem(c, 400, 'UE-1001', 'Fields in orderBy must also be in fields')
  if (!rules) return problem(c, 422, 'INVALID_ORDER', 'orderBy cannot be read')

  const view: View = { company: wire.rehearsal.company(), log: wire.log }
  const faults = c.get('faults')
  const read = (person: Person, name: string) => readNamed(person, name, view)
  const mayBeListed = listedPeople(wire.rehearsal, faults)
  const isListed = filter
    ? (person: Person) => (mayBeListed?.(person) ?? true) && filter(person, read)
    : mayBeListed
  // Everybody comes in the order of ids as it is; any other order needs all of them at once.
  const isPlain = !orderBy || orderBy === ID_ORDER
  const offset = (page - 1) * pageSize
  const { people, total } = isPlain
    ? pageOfPeople(view.company, isListed, offset, pageSize)
    : sortedPage(view.company.people(), isListed, rules, read, offset, pageSize)

  const shown = fields.filter((each) => each !== undefined).filter((each) => !vanishes(each, faults))
  const pages = Math.ceil(total / pageSize)
  const linkTo = (to: number) => `${c.req.url.split('?')[0]}?page=${to}&pageSize=${pageSize}`
  return listAnswer(c, {
    data: people.map((person) => row(person, shown, view, wire)),
    links: { next: page < pages ? linkTo(page + 1) : null, prev: page > 1 ? linkTo(page - 1) : null },
    meta: { page, pageSize, totalPages: pages, totalItems: total },
  })
}

/** What may not be seen comes as a blank and is told from one only by the list beside it. */
function row(person: Person, fields: readonly BambooField[], view: View, { rehearsal }: Wire) {
  const withheld = fields.filter((each) => isForbiddenField(rehearsal, each))
  const today = view.company.today()
  const values = fields.map((each) => [
    each.dataset,
    withheld.includes(each) ? null : each.read(person, today, view),
  ])
  return { fields: Object.fromEntries(values), _restrictedFields: withheld.map(({ dataset }) => dataset) }
}

function vanishes(each: BambooField, faults: Parameters<typeof isVanished>[0]): boolean {
  return isVanished(faults, [each.dataset, each.alias], each.alias === 'workEmail')
}

function readNamed(person: Person, name: string, view: View): string | null {
  const field = NAMED.find(({ dataset }) => dataset === name)
  return field?.read(person, view.company.today(), view) ?? null
}

type Rule = { name: string; sign: 1 | -1 }

function parseOrder(orderBy: string): Rule[] | undefined {
  const rules = orderBy.split(',').map((text): Rule | undefined => {
    const [, name, direction] = /^\s*(\w+)\s+(asc|desc)\s*$/.exec(text) ?? []
    return name === undefined ? undefined : { name, sign: direction === 'asc' ? 1 : -1 }
  })
  return rules.every((rule) => rule !== undefined) ? rules : undefined
}

function sortedPage(
  everybody: IteratorObject<Person>,
  isListed: ((person: Person) => boolean) | null,
  rules: readonly Rule[],
  read: (person: Person, name: string) => string | null,
  offset: number,
  limit: number,
) {
  const people = [...(isListed ? everybody.filter(isListed) : everybody)]
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  people.sort((a, b) => {
    const places = rules.map(({ name, sign }) => sign * compare(read(a, name) ?? '', read(b, name) ?? ''))
    return places.find((place) => place !== 0) ?? 0
  })
  return { people: people.slice(offset, offset + limit), total: people.length }
}

function invalidRequest(c: Context, error: z.ZodError): Response {
  const isPaging = error.issues.some(({ path: [key] }) => key === 'page' || key === 'pageSize')
  const detail = error.issues[0]?.message ?? ''
  return isPaging ? problem(c, 422, 'INVALID_PAGE', detail) : problem(c, 400, 'INVALID_REQUEST', detail)
}
