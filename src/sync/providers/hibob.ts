import { z } from 'zod'
import { type Employee, STANDARD_FIELD_KEYS, type StandardField, type Status } from '../../model.ts'
import type { Instruction, Provider, RowContext } from '../provider.ts'
import { catalogue } from './hibob-catalogue.ts'
import { type BobLayout, isOnTenant, readCatalogue, resolveLayout } from './hibob-layout.ts'
import { limits } from './hibob-limits.ts'
import { pages, people, readIds, readPeople } from './hibob-people.ts'
import { whereToGrant } from './hibob-permissions.ts'
import { type BobRow, customOf, managerOf, recordIdOf, statusWordOf, textOf } from './hibob-values.ts'
import { webhook } from './hibob-webhook.ts'

/**
 * https://apidocs.hibob.com/docs/people-read-api-contract. Beta until its assumptions were seen on a live account: each
 * is marked with "to be checked" here and in the files beside this one.
 */
export const hibob = {
  id: 'hibob',
  label: 'HiBob',
  beta: true,
  docsUrl: 'https://apidocs.hibob.com/reference/post_people-search',
  apiUrl: 'https://api.hibob.com/v1',
  limits,

  credentials: [
    {
      name: 'serviceUserId',
      label: 'Service user ID',
      hint: 'Shown in Bob when the service user is made, for example SERVICE-12345.',
      secret: false,
      pattern: /^[^\s:]{3,200}$/,
      patternHint: 'The ID has no spaces and no colon.',
    },
    {
      name: 'token',
      label: 'Token',
      hint: 'Bob shows it once, beside the ID.',
      secret: true,
      pattern: /^\S{8,500}$/,
      patternHint: 'The token has no spaces and is at least 8 characters long.',
    },
  ],

  instructions: [
    step(
      'In Bob, open System settings > Integrations > Automation, find Service users and choose Manage.',
      'System settings > Integrations > Automation',
      'Service users',
      'Manage',
    ),
    step(
      'Choose New service user, name it Rollcall, and copy its ID and token. Bob shows the token only once.',
      'New service user',
    ),
    step(
      'Open Settings > Account > Permission groups, make a new group and add the service user to its members.',
      'Settings > Account > Permission groups',
    ),
    step(
      "Under People's data tick View for Basic info, Work, Home, Address, Lifecycle and Payroll. Personal adds legal names.",
      "People's data",
      'View',
    ),
    step(
      'Give the group access to all people, former employees too: otherwise leavers cannot be seen.',
      'all people',
    ),
  ],

  authorize: ({ serviceUserId = '', token = '' }) => ({
    authorization: `Basic ${Buffer.from(`${serviceUserId}:${token}`).toString('base64')}`,
  }),

  probe: async (client) => {
    const layout = resolveLayout(await readCatalogue(client, true), [])
    const ids = await readIds(client, { someoneWaits: true })
    if (ids.length === 0) return { people: 0, unread: [] }
    const rows = await readPeople(client, ids.slice(0, 20), layout, { someoneWaits: true })
    const unread = unreadByAll(rows.filter(isBobRow), layout)
    return { people: ids.length, unread: unread.filter((field) => isOnTenant(layout, field)) }
  },

  pages,
  people,

  row: z.custom<BobRow>(isBobRow, 'This record has no ID.'),
  recordIdOf,

  toEmployee,

  whereToGrant,
  catalogue,
  webhook,
} satisfies Provider<BobRow, BobLayout>

function toEmployee(row: BobRow, { today, layout }: RowContext<BobLayout>): Employee {
  const unread: StandardField[] = []
  const read = (field: StandardField) => {
    const value = textOf(row, layout, field)
    if (value === undefined) unread.push(field)
    return value ?? null
  }
  const startDate = read('startDate')
  const lifecycle = statusWordOf(row, layout, 'status')
  const active = statusWordOf(row, layout, 'active')
  if (lifecycle === undefined && active === undefined) unread.push('status')
  return {
    recordId: recordIdOf(row) ?? '',
    firstName: read('firstName'),
    lastName: read('lastName'),
    preferredName: read('preferredName'),
    workEmail: read('workEmail'),
    personalEmail: read('personalEmail'),
    employeeNumber: read('employeeNumber'),
    phone: read('phone'),
    jobTitle: read('jobTitle'),
    department: read('department'),
    officeLocation: read('officeLocation'),
    country: read('country'),
    legalEntity: read('legalEntity'),
    employmentType: read('employmentType'),
    status: statusOf(lifecycle ?? null, active ?? null, startDate, today),
    statusText: lifecycle || active || null,
    startDate,
    endDate: read('endDate'),
    managerRecordId: managerOf(row, layout),
    custom: customOf(row, layout),
    unread,
  }
}

function isBobRow(raw: unknown): raw is BobRow {
  return recordIdOf(raw) !== null
}

/** Standard fields that came for none of these people. Somebody who cannot be read at all does not count. */
function unreadByAll(rows: readonly BobRow[], layout: BobLayout): StandardField[] {
  const unread = rows.flatMap((row) => {
    try {
      return [toEmployee(row, { today: '', layout }).unread]
    } catch {
      return []
    }
  })
  return STANDARD_FIELD_KEYS.filter(
    (field) => unread.length > 0 && unread.every((fields) => fields.includes(field)),
  )
}

/** To be checked on a live account: the words, of which the vendor lists no full set. */
const LIFECYCLE: Readonly<Record<string, Status>> = {
  employed: 'active',
  hired: 'onboarding',
  leave: 'leave',
  'garden leave': 'leave',
  terminated: 'left',
}

/**
 * Bob's lifecycle word decides; its Active/Inactive speaks only where there is no such word. Bob calls people
 * active before their first day, and an "employed" who is inactive contradicts itself: neither is `active`.
 */
export function statusOf(
  lifecycle: string | null,
  active: string | null,
  startDate: string | null,
  today: string,
): Status {
  const word = lifecycle?.trim().toLowerCase() ?? ''
  const isInactive = active?.trim().toLowerCase() === 'inactive'
  const startsLater = startDate !== null && startDate > today
  if (word !== '') {
    const status = LIFECYCLE[word] ?? 'unknown'
    if (status !== 'active') return status
    if (startsLater) return 'onboarding'
    return isInactive ? 'unknown' : 'active'
  }
  if (isInactive) return startsLater ? 'onboarding' : 'left'
  if (active?.trim().toLowerCase() !== 'active') return 'unknown'
  return startsLater ? 'onboarding' : 'active'
}

function step(text: string, ...strong: string[]): Instruction {
  return { text, strong }
}
