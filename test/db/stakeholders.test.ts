import { expect, test } from 'vitest'
import { countStakeholders, listStakeholders } from '../../src/db/stakeholders.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { type Place, seedConnection, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const list = (page: Parameters<typeof listStakeholders>[2]) =>
  listStakeholders(database.db, place.companyId, page)

test('paging shows everybody once and in order, people of one name among them', async () => {
  const names = ['Ana', 'ana', 'Ben', 'Ben', 'Ben', 'Çelik', 'Zoe']
  for (const firstName of names) await seedStakeholder(database.db, place, { firstName })
  const seen: string[] = []
  for (let after: string | undefined; ; ) {
    const { items, next } = await list({ limit: 2, ...(after !== undefined && { after }) })
    seen.push(...items.map((item) => item.stakeholderId))
    if (next === null) break
    after = next
  }
  expect(new Set(seen).size).toBe(names.length)
  const all = await list({ limit: 100 })
  expect(all.items.map((item) => item.stakeholderId)).toEqual(seen)
  expect(all.items.map((item) => item.name.toLowerCase()).slice(0, 5)).toEqual([
    'ana',
    'ana',
    'ben',
    'ben',
    'ben',
  ])
})

test('a search takes percent signs and underscores as they stand, and never leaves the company', async () => {
  const other = await seedConnection(database.db)
  await seedStakeholder(database.db, other, { firstName: '100%' })
  await seedStakeholder(database.db, place, { firstName: '100%', workEmail: 'full@acme.example' })
  await seedStakeholder(database.db, place, { firstName: '1000' })
  for (const search of ['100%', 'FULL@']) {
    expect((await list({ limit: 10, search })).items.map(({ name }) => name)).toEqual(['100%'])
    expect(await countStakeholders(database.db, place.companyId, search)).toBe(1)
  }
})

test('a forged cursor is refused in words', async () => {
  for (const after of ['', 'x', Buffer.from('["Ana","not-an-id"]').toString('base64url')])
    await expect(list({ limit: 10, after })).rejects.toMatchObject({ code: 'bad_request' })
})
