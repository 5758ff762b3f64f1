import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectHibob, type Product, startProduct, until } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.close())

test('from nothing connected to stakeholders in the register, in Slack alone', async () => {
  const { desk, database } = product
  const dana = desk.as('U_DANA')
  await dana.openHome()
  await until('an empty Home', () => allText(dana.home()?.blocks).includes('Connect your HR system'))

  await connectHibob(product)
  const said = () => dana.messages().map(({ text }) => text)
  await until('the retrieval message', () => said().some((text) => text.includes('read from HiBob')))
  expect(said().filter((text) => text.includes('HiBob'))).toHaveLength(1)
  await until('Home to follow', () => allText(dana.home()?.blocks).includes('will be created'))

  await dana.click({ where: 'home', actionId: 'preview.open' })
  await until('the preview', () => dana.modal()?.title.text === 'Preview')
  await dana.close()

  await dana.click({ where: 'home', actionId: 'sync.open' })
  await until('the plan', () => dana.modal()?.title.text === 'Sync Now')
  expect(allText(dana.modal()?.blocks)).toContain('nobody is deleted')
  await dana.click({ actionId: 'sync.confirm' })
  await until('the result', () => allText(dana.modal()?.blocks).includes('Synced from HiBob'))
  await until('the result message', () => said().some((text) => text.startsWith('Synced from HiBob')))
  await dana.close()

  const { count } = await database.db
    .selectFrom('stakeholder')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  expect(count).toBeGreaterThan(40)
  await dana.command('/stakeholders')
  await until('the register', () => allText(dana.modal()?.blocks).includes(`*${count}* stakeholders`))
  expect(desk.log.filter(({ ok }) => !ok)).toEqual([])
})
