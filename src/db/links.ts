import type { Db } from './client.ts'

export async function countLinks(db: Db, companyId: string, connectionId: string): Promise<number> {
  const { count } = await db
    .selectFrom('link')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirstOrThrow()
  return count
}
