import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt'
import { findOrCreateCompany } from '../db/companies.ts'
import { deleteInstallation, findInstallation, upsertInstallation } from '../db/slack-installations.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from '../sync/context.ts'

const boundTo = (key: string) => `slack-installation:${key}`

/** Installs of many workspaces, sealed at rest, by enterprise id for an org-wide install and else by team id. */
export function createInstallationStore(context: () => Context): InstallationStore {
  return {
    async storeInstallation(installation) {
      const ctx = context()
      const key = keyOf({
        isEnterpriseInstall: installation.isEnterpriseInstall === true,
        enterpriseId: installation.enterprise?.id,
        teamId: installation.team?.id,
      })
      await upsertInstallation(ctx.db, key, ctx.secrets.seal(JSON.stringify(installation), boundTo(key)))
      if (installation.team === undefined) return
      const { id, name } = installation.team
      await findOrCreateCompany(ctx.db, { slackTeamId: id, name: name ?? 'Your company' })
    },

    // Bolt's own signature has two forms of installation and one body that serves both.
    fetchInstallation: (async (query: InstallationQuery<boolean>) =>
      await getInstallation(context(), keyOf(query))) as InstallationStore['fetchInstallation'],

    async deleteInstallation(query) {
      await deleteInstallation(context().db, keyOf(query))
    },
  }
}

export async function getInstallation(ctx: Context, key: string): Promise<Installation> {
  const sealed = await findInstallation(ctx.db, key)
  if (sealed !== undefined) return JSON.parse(ctx.secrets.open(sealed, boundTo(key))) as Installation
  throw new RollcallError('not_found', 'Rollcall is not installed in this workspace.', {
    remedy: 'Install it again from its install page.',
  })
}

type Key = { isEnterpriseInstall: boolean; enterpriseId?: string | undefined; teamId?: string | undefined }

function keyOf({ isEnterpriseInstall, enterpriseId, teamId }: Key): string {
  const key = isEnterpriseInstall ? enterpriseId : teamId
  if (key !== undefined) return key
  throw new RollcallError('bad_request', 'Slack named neither a workspace nor an organisation.')
}
