import { describe, expect, test } from 'vitest'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { IDS, rehearsalForChecks } from './provider-check-support.ts'
import { announcing, firstPage, rowsOf, without } from './vendor-answers.ts'

const { check, control, relayed } = rehearsalForChecks()

describe.each(IDS)('%s', (id) => {
  test('401: the credentials are refused at once, and not asked again', async () => {
    control().addFault({ kind: 'unauthorized', on: 'any' })
    const { exitCode, found } = await check([id, '--json'])
    expect(exitCode).toBe(1)
    expect(found).toMatchObject({ verdict: 'failed', problem: { code: 'provider_key_refused' }, fields: [] })
    expect(found.requests).toBe(1)
  })

  test('403: what to check is told', async () => {
    const env = await relayed(() => ({ status: 403, body: { error: 'forbidden' } }))
    const { out, exitCode } = await check([id], env)
    expect(exitCode).toBe(1)
    expect(out).toMatch(/could not be read\. In Rollcall an admin would be told:\n {2}\S/u)
    expect(out).not.toContain('Standard fields')
    expect((await check([id, '--json'], env)).found.problem.code).toBe('provider_forbidden')
  })

  test('an answer that breaks off is no complete read', async () => {
    // The probe's requests pass.
    const after = { hibob: 3, bamboohr: 1, personio: 2 }[id]
    control().addFault({ kind: 'truncated', keepPercent: 60, after })
    const { exitCode, found } = await check([id, '--json'])
    expect(exitCode).toBe(1)
    expect(found).toMatchObject({ verdict: 'failed', fields: [], custom: { fields: [] } })
    expect(found.problem.code).toBe('provider_bad_answer')
    control().clearFaults()
    control().addFault({ kind: 'truncated', ending: 'dropped', after })
    expect((await check([id, '--json'])).found).toMatchObject({ verdict: 'failed', fields: [] })
  })

  test('people who were announced and do not come make no complete read', async () => {
    let answers = 0
    const env = await relayed(({ status, body }) => {
      const rows = rowsOf(body)
      if (rows !== null && JSON.stringify(rows).includes('@') && ++answers > 1) rows.pop()
      return { status, body }
    })
    const { out, exitCode } = await check([id], env)
    expect(exitCode).toBe(1)
    expect(out).toMatch(/could not be read/u)
    expect((await check([id, '--json'], env)).found).toMatchObject({
      verdict: 'failed',
      problem: { code: 'provider_bad_answer' },
    })
  })

  test('a field that is withheld is named with where to grant it, and is no failure by itself', async () => {
    const hidden = { hibob: 'home.privateEmail', bamboohr: 'homeEmail', personio: 'personal_email' }[id]
    const env = await relayed(({ path: asked, status, body }) => {
      // Whatever lists fields goes on listing it.
      return /fields|attributes/u.test(asked) ? { status, body } : { status, body: without(body, hidden) }
    })
    const { out, exitCode } = await check([id], env)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^ {2}Personal email +- {2}not delivered, see below$/mu)
    expect(out).toMatch(/^Not delivered\n {2}Personal email\n {4}In (Bob|BambooHR|Personio), open \S/mu)
    for (const line of out.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80)
    const provider = PROVIDERS.find((each) => each.id === id)
    const { found } = await check([id, '--json'], env)
    const withheld = found.fields.filter(({ state }: { state: string }) => state === 'withheld')
    expect(withheld).toEqual([
      {
        field: 'personalEmail',
        label: 'Personal email',
        state: 'withheld',
        people: 0,
        grant: provider?.whereToGrant('personalEmail'),
      },
    ])
  })

  test('a whole company of which nobody has left gets a remark', async () => {
    control().forbid('former people')
    const { out, exitCode } = await check([id])
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^ {2}Nobody came who has left\. Check in \w+ that these credentials/mu)
    expect((await check([id, '--json'])).found).toMatchObject({
      verdict: 'usable',
      people: { byStatus: { left: 0 } },
    })
  })

  test('without a name, a known status or anything to match by it can be read, and not be used', async () => {
    const names = ['root.firstName', 'personal.legalFirstName', 'firstName', 'first_name']
    const others = ['internal.status', 'internal.lifecycleStatus', 'status', 'employmentStatus']
    const matched = ['root.email', 'email', 'home.privateEmail', 'homeEmail', 'personal_email']
    const numbers = ['work.employeeIdInCompany', 'employeeNumber', 'personnel_number']
    const all = [...names, ...others, ...matched, ...numbers]
    const env = await relayed(({ path: asked, status, body }) => {
      if (/fields|attributes/u.test(asked)) return { status, body }
      return { status, body: all.reduce(without, body) }
    })
    const { out, exitCode } = await check([id], env)
    expect(exitCode).toBe(1)
    expect(out).toContain('can be read, but not used')
    expect(out).toContain('First name came for nobody.')
    expect(out).toContain('Nobody has an employment status that Rollcall knows.')
    expect(out).toContain('Nobody has anything to be matched by')
    expect((await check([id, '--json'], env)).found).toMatchObject({ verdict: 'unusable', problem: null })
  })

  test('a row that nobody can read is counted with its problem, which quotes nothing', async () => {
    const env = await relayed(({ status, body }) => {
      const impossible = '31.02.2020 of somebody@acme.example'
      const text = JSON.stringify(body).replaceAll(/"\d{4}-\d\d-\d\d(T[^"]*)?"/gu, (date) =>
        date.includes('2021') ? JSON.stringify(impossible) : date,
      )
      return { status, body: JSON.parse(text) }
    })
    const { out, exitCode } = await check([id], env)
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /^ {2}Could not be read +[1-9]\d*\n( {4}\d+: (Start|End) date is "…", which is not a date\.\n)+/mu,
    )
    expect(out).not.toMatch(/31\.02|somebody/u)
  })
})

test.each(['bamboohr', 'personio'])('%s: pages that never end are refused', async (id) => {
  const env = await relayed(({ status, body }) => ({ status, body: announcing(body, 100_000) }), firstPage)
  const { out, exitCode } = await check([id], env)
  expect(exitCode).toBe(1)
  expect(out).toMatch(/^People who came before that: \d+$/mu)
  const { found } = await check([id, '--json'], env)
  expect(found).toMatchObject({ verdict: 'failed', problem: { code: 'provider_bad_answer' }, fields: [] })
  expect(found.requests).toBeLessThan(10)
})

test('somebody who comes twice is counted once, and the read is not believed', async () => {
  const env = await relayed(({ status, body }) => {
    const rows = rowsOf(body)
    if (rows !== null && rows.length > 100) rows[5] = rows[4]
    return { status, body }
  })
  const { found, exitCode } = await check(['bamboohr', '--json'], env)
  expect(exitCode).toBe(1)
  expect(found).toMatchObject({ verdict: 'failed', people: { read: 129, expected: 130, repeated: 1 } })
})

test('a custom field that is listed and comes for nobody is told apart from a blank one', async () => {
  const { found: before } = await check(['personio', '--json'])
  const filled = before.custom.fields.find(({ state }: { state: string }) => state === 'filled')
  const env = await relayed(({ path: asked, status, body }) => {
    return asked.endsWith('/attributes') ? { status, body } : { status, body: without(body, filled.id) }
  })
  const grant = `In Personio, open Settings > Integrations > API credentials, choose these credentials and tick “${filled.label}” under Readable employee attributes.`
  const { found } = await check(['personio', '--json'], env)
  expect(found.custom.fields).toEqual(
    before.custom.fields.map((field: typeof filled) =>
      field.id === filled.id ? { ...field, state: 'withheld', people: 0, grant } : field,
    ),
  )
  const { out } = await check(['personio'], env)
  expect(out).toContain(
    `Came for nobody, probably for a missing permission\n  ${filled.label}\n    In Personio, open`,
  )
  expect(found.verdict).toBe('usable')
})

test('a field that BambooHR advises against is not asked for, as no admin is offered it', async () => {
  const { found } = await check(['bamboohr', '--json'])
  const labels = found.custom.fields.map(({ label }: { label: string }) => label)
  expect(labels).toContain('T-shirt size')
  expect(labels).not.toContain('Uniform size')
})
