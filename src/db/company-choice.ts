import { RollcallError } from '../errors.ts'
import type { Db } from './client.ts'
import { type Company, findCompanyByTeam } from './companies.ts'

/** The company that a caller names by its Slack team, or the only one there is. */
export async function chooseCompany(db: Db, slackTeamId: string | undefined): Promise<Company> {
  if (slackTeamId !== undefined) {
    const company = await findCompanyByTeam(db, slackTeamId)
    if (company !== undefined) return company
    throw new RollcallError('not_found', 'No company uses Rollcall from that Slack workspace.')
  }
  const [only, another] = await db
    .selectFrom('company')
    .select(['company_id as companyId', 'slack_team_id as slackTeamId', 'name'])
    .limit(2)
    .execute()
  if (only === undefined) {
    throw new RollcallError('not_found', 'No company uses Rollcall yet.', {
      remedy: 'Type /datasync in Slack once.',
    })
  }
  if (another !== undefined) {
    throw new RollcallError(
      'bad_request',
      'Several companies use this Rollcall, and the request names none.',
      {
        remedy: 'Add ?company= with the ID of the Slack workspace, which starts with T.',
      },
    )
  }
  return only
}
