import { RollcallError } from '../errors.ts'
import type { Db } from './client.ts'

export type Company = { companyId: string; slackTeamId: string; name: string }

const columns = ['company_id as companyId', 'slack_team_id as slackTeamId', 'name'] as const

export function findCompanyByTeam(db: Db, slackTeamId: string): Promise<Company | undefined> {
  return db.selectFrom('company').select(columns).where('slack_team_id', '=', slackTeamId).executeTakeFirst()
}

export function listCompanies(db: Db): Promise<Company[]> {
  return db.selectFrom('company').select(columns).orderBy('name').orderBy('company_id').execute()
}

/** The name is only used for a new company: Slack's payloads state it in different ways. */
export async function findOrCreateCompany(
  db: Db,
  team: { slackTeamId: string; name: string },
): Promise<Company> {
  const known = await findCompanyByTeam(db, team.slackTeamId)
  if (known) return known
  await db
    .insertInto('company')
    .values({ slack_team_id: team.slackTeamId, name: team.name })
    .onConflict((conflict) => conflict.column('slack_team_id').doNothing())
    .execute()
  return db
    .selectFrom('company')
    .select(columns)
    .where('slack_team_id', '=', team.slackTeamId)
    .executeTakeFirstOrThrow()
}

export async function getCompany(db: Db, companyId: string): Promise<Company> {
  const company = await db
    .selectFrom('company')
    .select(columns)
    .where('company_id', '=', companyId)
    .executeTakeFirst()
  if (company) return company
  throw new RollcallError('not_found', 'There is no such company.')
}
