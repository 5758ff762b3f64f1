import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { Credentials, Instruction, Probe, Provider, ProviderClient } from '../provider.ts'
import { catalogue } from './bamboohr-catalogue.ts'
import { toEmployee, unreadByAll } from './bamboohr-employee.ts'
import { type BambooLayout, isOnAccount, readLayout } from './bamboohr-layout.ts'
import { pages, people, readPage } from './bamboohr-people.ts'
import { whereToGrant } from './bamboohr-permissions.ts'
import { type BambooRow, isBambooRow, recordIdOf } from './bamboohr-values.ts'
import { webhook } from './bamboohr-webhook.ts'

/** Part of the address: nothing that could lead to another path passes. */
const COMPANY_DOMAIN = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/

/**
 * https://documentation.bamboohr.com/reference. Beta until its assumptions were seen on a live account: each is
 * marked with "to be checked" in the files beside this one.
 */
export const bamboohr = {
  id: 'bamboohr',
  label: 'BambooHR',
  beta: true,
  docsUrl: 'https://documentation.bamboohr.com/docs/getting-started',
  apiUrl: 'https://api.bamboohr.com/api/gateway.php',

  credentials: [
    {
      name: 'companyDomain',
      label: 'Company domain',
      hint: 'What stands before .bamboohr.com in your address: acme in https://acme.bamboohr.com.',
      secret: false,
      pattern: COMPANY_DOMAIN,
      patternHint: 'Only what stands before .bamboohr.com: letters, digits and hyphens.',
    },
    {
      name: 'apiKey',
      label: 'API key',
      hint: 'BambooHR shows it once, when it is made.',
      secret: true,
      pattern: /^[^\s:]{16,200}$/,
      patternHint: 'The key has no spaces and no colon, and is at least 16 characters long.',
    },
  ],

  instructions: [
    step(
      'In BambooHR, open Settings > Access Levels and make a level that may view all employees, inactive ones too.',
      'Settings > Access Levels',
    ),
    step(
      'Let that level view these fields: name, contact, status, hire and termination date, Job and Employment Status.',
      'Job',
      'Employment Status',
    ),
    step(
      'Give the level to a user made for Rollcall: a key dies with its user, and sees what its user sees.',
    ),
    step('Sign in as that user, choose the profile picture and then API Keys.', 'API Keys'),
    step(
      'Choose Add New Key, name it Rollcall, choose Generate Key and copy the key. BambooHR shows it only once.',
      'Add New Key',
      'Generate Key',
    ),
  ],

  // BambooHR slows down whom it likes and publishes no number: one retrieval, and a person beside it.
  limits: [
    {
      scope: 'company',
      under: '/',
      countedBy: 'account',
      atOnce: 2,
      source: 'https://documentation.bamboohr.com/docs/planned-changes-to-the-api',
    },
  ],

  // The key is the user's name. There must be a password, and any will do.
  authorize: ({ apiKey = '' }) => ({
    authorization: `Basic ${Buffer.from(`${apiKey}:x`).toString('base64')}`,
  }),

  tenantPath,
  probe,
  pages,
  people,

  row: z.custom<BambooRow>(isBambooRow, 'This record has no ID.'),
  recordIdOf,

  toEmployee,

  whereToGrant,
  catalogue,
  webhook,
} satisfies Provider<BambooRow, BambooLayout>

function tenantPath({ companyDomain = '' }: Credentials): string {
  if (COMPANY_DOMAIN.test(companyDomain)) return `/${companyDomain}`
  throw new RollcallError('provider_key_refused', 'The company domain for BambooHR cannot be one.', {
    remedy: 'Reconnect BambooHR with only what stands before .bamboohr.com in your address.',
  })
}

async function probe(client: ProviderClient): Promise<Probe> {
  const layout = await readLayout(client, [], true)
  const { rows, expected } = await readPage(client, layout, { page: 1, pageSize: 20, someoneWaits: true })
  const unread = unreadByAll(rows.filter(isBambooRow), layout)
  return { people: expected, unread: unread.filter((field) => isOnAccount(layout, field)) }
}

function step(text: string, ...strong: string[]): Instruction {
  return { text, strong }
}
