import { z } from 'zod'
import type { Employee, RegisterFields } from '../../src/model.ts'
import type { Context } from '../../src/sync/context.ts'
import { sealCredentials } from '../../src/sync/credentials.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { employee } from '../sync/core/people.ts'
import type { TestDatabase } from './database.ts'
import { providersWith, retrieve } from './retrieval.ts'
import { makeContext, type Place, seedConnection, seedConnectionOf } from './seed.ts'

/** What an HR system says now; `gone` are those it has lost and may show again. */
export type Hr = { people: Map<string, Employee>; gone: Map<string, Employee> }

/** Few, so that two people often have the same one. */
export const EMAILS = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@acme.example`)
export const VALUES: Readonly<Record<string, readonly (string | null)[]>> = {
  workEmail: [...EMAILS, null, 'A@Acme.example '],
  personalEmail: ['a@home.example', 'b@home.example', null],
  employeeNumber: ['E-1', 'E-2', 'E-3', null],
  firstName: ['Ana', 'Ben'],
  lastName: ['Raman', 'Lee', null],
  jobTitle: ['CTO', 'Lead', null],
  phone: ['1', '2', null],
  officeLocation: ['London', 'Berlin', null],
  status: ['active', 'leave', 'left', 'unknown'],
  endDate: ['2026-10-31', '2026-12-31', null],
}
export const FIELDS = Object.keys(VALUES)

/** Person number n of one HR system. */
export const hired = (n: number, over: Partial<Employee> = {}): Employee =>
  employee({
    recordId: `${n}`,
    firstName: `Person${n}`,
    employeeNumber: `E-${n}`,
    workEmail: EMAILS[n % EMAILS.length] ?? null,
    officeLocation: n % 3 === 0 ? 'Berlin' : 'London',
    ...over,
  })

/** A company with two accounts of one HR system, whose credentials open nothing. */
export async function seedTwoConnections(database: TestDatabase): Promise<[Place, Place]> {
  const first = await seedConnection(database.db)
  const places: [Place, Place] = [first, await seedConnectionOf(database.db, first.companyId, 'hibob')]
  for (const { companyId, connectionId } of places) {
    const sealed = sealCredentials(makeContext(database), companyId, connectionId, {})
    await database.db
      .updateTable('connection')
      .set({ sealed_credentials: sealed })
      .where('connection_id', '=', connectionId)
      .execute()
  }
  return places
}

/** A complete retrieval of these people by the product itself. */
export async function read(database: TestDatabase, place: Place, { people }: Hr): Promise<void> {
  await retrieve(makeContext(database, { providers: showing([...people.values()]) }), place)
}

function showing(people: readonly Employee[]): Context['providers'] {
  async function* pages(): AsyncGenerator<Page, CompleteRead, void> {
    yield { rows: people, context: { today: '2026-11-23', layout: undefined }, expected: people.length }
    return { complete: true, expected: people.length }
  }
  const provider: Provider<Employee> = {
    ...hibob,
    pages,
    row: z.custom<Employee>(),
    recordIdOf: (raw) => (raw as Employee).recordId,
    toEmployee: (row) => row,
  }
  return providersWith(provider)
}

export type Stakeholder = { fields: RegisterFields; version: number }
/** Everything that only a sync, an undo or a hand may change. */
export type Image = {
  register: Record<string, Stakeholder>
  links: Awaited<ReturnType<typeof linksOf>>
  syncs: { sync_id: string; status: string }[]
  journal: number
}

export async function imageOf(database: TestDatabase, { companyId }: Place): Promise<Image> {
  const { db } = database
  const [stakeholders, links, syncs, journal] = await Promise.all([
    db
      .selectFrom('stakeholder')
      .select(['stakeholder_id', 'fields', 'version'])
      .where('company_id', '=', companyId)
      .orderBy('stakeholder_id')
      .execute(),
    linksOf(database, companyId),
    db
      .selectFrom('sync')
      .select(['sync_id', 'status'])
      .where('company_id', '=', companyId)
      .orderBy('sync_id')
      .execute(),
    db
      .selectFrom('journal')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('company_id', '=', companyId)
      .executeTakeFirstOrThrow(),
  ])
  return {
    register: Object.fromEntries(
      stakeholders.map(({ stakeholder_id, fields, version }) => [stakeholder_id, { fields, version }]),
    ),
    links,
    syncs,
    journal: journal.rows,
  }
}

async function linksOf({ db }: TestDatabase, companyId: string) {
  const links = await db
    .selectFrom('link')
    .selectAll()
    .where('company_id', '=', companyId)
    .orderBy('connection_id')
    .orderBy('record_id')
    .execute()
  return links.map((link) => ({ ...link, synced_hash: link.synced_hash?.toString('hex') ?? null }))
}
