import { z } from 'zod'
import type { Employee } from '../../src/model.ts'
import type { CompleteRead, Page, PageRequest, Provider, ProviderClient } from '../../src/sync/provider.ts'
import { CUSTOM_FIELD_IDS } from './people.ts'

const text = z.string().nullable()
const row = z.object({
  id: z.string().min(1),
  firstName: text,
  lastName: text,
  displayName: text,
  email: text,
  personalEmail: text,
  employeeNumber: text,
  phone: text,
  title: text,
  department: text,
  site: text,
  country: text,
  entity: text,
  employmentType: text,
  status: z.string(),
  startDate: text,
  endDate: text,
  managerId: text,
  custom: z.custom<Employee['custom']>(isCustom),
})
type Row = z.infer<typeof row>

function isCustom(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isCustomValue)
}

function isCustomValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string')
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

const page = z.object({ people: z.array(z.unknown()), next: text, total: z.int() })

/** A provider of the bench's own, with cursor pages: the real client reads it, over real HTTP. */
export const benchProvider = {
  id: 'bench',
  label: 'Bench HR',
  beta: false,
  docsUrl: 'https://bench.example',
  apiUrl: 'http://127.0.0.1',
  credentials: [
    { name: 'token', label: 'Token', hint: '', secret: true, pattern: /^\S+$/, patternHint: 'No spaces.' },
  ],
  instructions: [],
  authorize: ({ token = '' }) => ({ authorization: `Bearer ${token}` }),
  probe: async () => ({ people: null, unread: [] }),
  catalogue: async () =>
    CUSTOM_FIELD_IDS.map((id) => ({
      id,
      label: id,
      type: 'text' as const,
      category: null,
      choices: [],
      deprecated: false,
    })),
  pages,
  row,
  recordIdOf,
  toEmployee,
  whereToGrant: () => 'Nothing needs to be granted.',
} satisfies Provider<Row, null>

async function* pages(
  client: ProviderClient,
  { today }: PageRequest,
): AsyncGenerator<Page<null>, CompleteRead, void> {
  for (let cursor = '0'; ; ) {
    const { body } = await client.json({ method: 'GET', path: '/people', query: { cursor } })
    const { people, next, total } = page.parse(body)
    yield { rows: people, context: { today, layout: null }, expected: total }
    if (next === null) return { complete: true, expected: total }
    cursor = next
  }
}

function recordIdOf(raw: unknown): string | null {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null
  return typeof id === 'string' && id !== '' ? id : null
}

function toEmployee(person: Row): Employee {
  return {
    recordId: person.id,
    firstName: person.firstName,
    lastName: person.lastName,
    preferredName: person.displayName,
    workEmail: person.email,
    personalEmail: person.personalEmail,
    employeeNumber: person.employeeNumber,
    phone: person.phone,
    jobTitle: person.title,
    department: person.department,
    officeLocation: person.site,
    country: person.country,
    legalEntity: person.entity,
    employmentType: person.employmentType,
    status: person.status === 'employed' ? 'active' : 'unknown',
    statusText: person.status,
    startDate: person.startDate,
    endDate: person.endDate,
    managerRecordId: person.managerId,
    custom: person.custom,
    unread: [],
  }
}
