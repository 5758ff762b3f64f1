import { z } from 'zod'
import type { Instruction, Probe, Provider, ProviderClient } from '../provider.ts'
import { toEmployee, unreadByAll } from './personio-employee.ts'
import { catalogue } from './personio-fields.ts'
import { limits } from './personio-limits.ts'
import { type PersonioLayout, pages, people, readPage } from './personio-people.ts'
import { LACKING, whereToGrant } from './personio-permissions.ts'
import { sessions } from './personio-sessions.ts'
import { isPersonioRow, type PersonioRow, recordIdOf } from './personio-values.ts'
import { webhook } from './personio-webhook.ts'

/**
 * https://developer.personio.de/reference: people by v1, which brings names along; webhooks by v2. Beta until its
 * assumptions were seen on a live account: each is marked with "to be checked" in the files beside this one.
 */
export const personio = {
  id: 'personio',
  label: 'Personio',
  beta: true,
  docsUrl: 'https://developer.personio.de/reference/get_company-employees',
  apiUrl: 'https://api.personio.de',
  lacks: LACKING,

  credentials: [
    {
      name: 'clientId',
      label: 'Client ID',
      hint: 'Personio shows it beside the credentials that you generate.',
      secret: false,
      pattern: /^[\x21-\x7e]{8,200}$/,
      patternHint: 'The client ID has no spaces and is at least 8 characters long.',
    },
    {
      name: 'clientSecret',
      label: 'Client secret',
      hint: 'Personio shows it once, when it is made.',
      secret: true,
      pattern: /^[\x21-\x7e]{8,400}$/,
      patternHint: 'The client secret has no spaces and is at least 8 characters long.',
    },
  ],

  // To be checked on a live account: newer ones call the first place Marketplace > Connected integrations.
  instructions: [
    step(
      'In Personio, open Settings > Integrations > API credentials and choose Generate new credential.',
      'Settings > Integrations > API credentials',
      'Generate new credential',
    ),
    step('Name it Rollcall and tick Employees: Read. That shows people who left, too.', 'Employees: Read'),
    step(
      'Under Readable employee attributes, tick names, email, status, hire and termination date, and what else Rollcall is to read. What is not ticked is never sent.',
      'Readable employee attributes',
    ),
    step('Tick Webhooks: Read and Write as well, so that Personio can tell of changes at once.', 'Webhooks'),
    step('Generate it and copy the client ID and the client secret. Personio shows the secret only once.'),
  ],

  limits,

  // Who asks, as Personio advises. The credentials are exchanged for a token.
  authorize: () => ({ 'x-personio-partner-id': 'ROLLCALL', 'x-personio-app-id': 'ROLLCALL' }),
  sessions,

  probe,
  pages,
  people,

  row: z.custom<PersonioRow>(isPersonioRow, 'This record has no ID.'),
  recordIdOf,

  toEmployee,

  whereToGrant,
  catalogue,
  webhook,
} satisfies Provider<PersonioRow, PersonioLayout>

async function probe(client: ProviderClient): Promise<Probe> {
  const { rows, expected } = await readPage(client, { offset: 0, limit: 20, someoneWaits: true })
  const unread = unreadByAll(rows.filter(isPersonioRow)).filter((field) => !LACKING.includes(field))
  return { people: expected, unread }
}

function step(text: string, ...strong: string[]): Instruction {
  return { text, strong }
}
