import type { Provider } from '../sync/provider.ts'
import { wrap } from './plain-text.ts'
import { type EnvProblem, variableOf } from './provider-credentials.ts'

/** @param problem what was wrong with what was asked, if anything */
export function usage(providers: readonly Provider[], problem: string | null): string {
  const widest = Math.max(...providers.map(({ id }) => id.length))
  const systems = providers.flatMap((provider) =>
    provider.credentials.map((field, index) => {
      const name = index === 0 ? provider.id : ''
      return `  ${name.padEnd(widest)}  ${variableOf(provider, field)}`
    }),
  )
  return lines(
    ...(problem === null ? [] : [problem, '']),
    'Usage: npm run provider:check -- <id> [--json] [--standard-only]',
    '',
    ...wrap(
      'Reads everybody from an HR system as a retrieval would, and says which fields and how many people came. Nothing is stored, and no personal data is shown.',
    ),
    '',
    'The ids, and where each takes its credentials from (the environment or .env):',
    ...systems,
    '  <ID>_API_URL, for a sandbox or a proxy, counts too.',
    '',
    'Options',
    '  --json           for machines; with npm run -s nothing else is printed',
    '  --standard-only  does not ask for custom fields',
    '',
    'Exit codes',
    '  0    everybody came, with what Rollcall cannot do without',
    '  1    a retrieval would fail or not be complete, or names, status or every',
    '       identifier are missing',
    '  2    it was called in a wrong way, or credentials are missing or malformed',
    '  130  stopped by Ctrl-C',
  )
}

export function badCredentials({ label }: Provider, problems: readonly EnvProblem[]): string {
  return lines(
    `${label} was not asked: its settings are not complete.`,
    ...problems.flatMap(({ variable, message, hint }) => [
      '',
      ...wrap(`${variable}: ${message}`, '  '),
      ...(hint === null ? [] : wrap(hint, '    ')),
    ]),
    '',
    ...wrap('Set them in the environment or in .env, and not in the command itself: shells keep a history.'),
  )
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`
}
