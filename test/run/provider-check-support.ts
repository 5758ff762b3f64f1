import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  DEMO_BAMBOOHR,
  DEMO_CREDENTIALS,
  DEMO_PERSONIO,
  type Hris,
  startHris,
} from '../../demo/hris/server.ts'
import { providerCheckProcess } from '../../src/run/provider-check.ts'
import { type Ask, type Change, startRelay } from '../support/relay.ts'

export const IDS = ['hibob', 'bamboohr', 'personio'] as const
export const PEOPLE = 130

/** A rehearsal HRIS for the tests of one file, and the command run against it. */
export function rehearsalForChecks() {
  let hris: Hris
  let people: readonly string[]
  beforeAll(async () => {
    hris = await startHris({ people: PEOPLE, rateLimit: null })
    people = whatNobodyMayRead()
  })
  beforeEach(() => hris.control.reset())
  afterAll(() => hris.close())

  const relays: { close: () => void }[] = []
  afterEach(() => {
    for (const relay of relays.splice(0)) relay.close()
  })

  /** Settings for all three at once; each command is to use its own. */
  function settings(url = hris.url): Record<string, string> {
    return {
      HIBOB_API_URL: `${url}/v1`,
      HIBOB_SERVICE_USER_ID: DEMO_CREDENTIALS.id,
      HIBOB_TOKEN: DEMO_CREDENTIALS.token,
      BAMBOOHR_API_URL: `${url}/api/gateway.php`,
      BAMBOOHR_COMPANY_DOMAIN: DEMO_BAMBOOHR.companyDomain,
      BAMBOOHR_API_KEY: DEMO_BAMBOOHR.apiKey,
      PERSONIO_API_URL: `${url}/personio`,
      PERSONIO_CLIENT_ID: DEMO_PERSONIO.clientId,
      PERSONIO_CLIENT_SECRET: DEMO_PERSONIO.clientSecret,
    }
  }

  /** In this process, without the pauses between tries. */
  async function check(args: string[], env = settings()) {
    const out: string[] = []
    const err: string[] = []
    const exitCode = await providerCheckProcess(
      env,
      args,
      { out: (words) => void out.push(words), err: (words) => void err.push(words), isTty: false },
      { sleep: async () => undefined },
    )
    const said = { out: out.join(''), err: err.join('') }
    expectNobodyIn(`${said.out}${said.err}`)
    const found = args.includes('--json') && said.out !== '' ? JSON.parse(said.out) : null
    return { ...said, exitCode, found }
  }

  /** Names, addresses, numbers and ids of the rehearsal's people, and every credential in each of its forms. */
  function whatNobodyMayRead(): string[] {
    const values = [...hris.control.company().people()].flatMap((person) => [
      ...[person.displayName, person.firstName, person.lastName, person.legalFirstName, person.legalLastName],
      ...[person.workEmail, person.personalEmail, person.workPhone, person.workMobile, person.personalPhone],
      ...[person.id, person.title, person.startDate],
    ])
    const { id, token } = DEMO_CREDENTIALS
    const { apiKey } = DEMO_BAMBOOHR
    const { clientId, clientSecret } = DEMO_PERSONIO
    const secrets = [id, token, btoa(`${id}:${token}`), apiKey, btoa(`${apiKey}:x`), clientId, clientSecret]
    return [
      ...new Set([...values, ...secrets].filter((value) => value !== null && value.length > 1)),
    ] as string[]
  }

  function expectNobodyIn(output: string): void {
    const words = new Set(output.split(/[^\p{L}\p{M}\p{N}]+/u))
    const found = people.filter((each) =>
      /^[\p{L}\p{M}]+$/u.test(each) ? words.has(each) : output.includes(each),
    )
    expect(found).toEqual([])
  }

  /** Settings that lead through a relay. */
  async function relayed(change: Change, ask?: Ask) {
    const relay = await startRelay(hris.url, change, ask)
    relays.push(relay)
    return settings(relay.url)
  }

  const requests = () => Object.values(hris.control.state().requests).reduce((sum, each) => sum + each, 0)
  return { control: () => hris.control, settings, check, relayed, expectNobodyIn, requests }
}
