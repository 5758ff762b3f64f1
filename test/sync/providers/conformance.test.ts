import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { RollcallError } from '../../../src/errors.ts'
import { STANDARD_FIELD_KEYS } from '../../../src/model.ts'
import type { ProviderClient, ProviderRequest } from '../../../src/sync/provider.ts'
import { PROVIDERS } from '../../../src/sync/providers/index.ts'

test('every provider has an id and a label of its own', () => {
  expect(PROVIDERS.length).toBeGreaterThan(0)
  expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length)
  expect(new Set(PROVIDERS.map(({ label }) => label)).size).toBe(PROVIDERS.length)
})

describe.each(PROVIDERS.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
  test('has an id that may stand in a URL and in the name of a setting', () => {
    expect(id).toMatch(/^[a-z][a-z\d]*$/)
  })

  test('is Beta exactly while something about it is still to be checked on a live account', () => {
    const folder = path.join(import.meta.dirname, '../../../src/sync/providers')
    const files = globSync(`${id}{,-*}.ts`, { cwd: folder }).map((file) =>
      readFileSync(path.join(folder, file), 'utf8').replace(/\s*\n\s*(\*|\/\/)\s*/gu, ' '),
    )
    expect(files.length).toBeGreaterThan(0)
    expect(files.some((text) => /\bto be checked on a live account\b/iu.test(text))).toBe(provider.beta)
  })

  test('is reached over https, at an address without a trailing slash', () => {
    for (const url of [provider.apiUrl, provider.docsUrl]) expect(url).toMatch(/^https:\/\/[^/]+(\/.*[^/])?$/)
  })

  test('asks for at least one secret, and explains every field', () => {
    expect(provider.credentials.some(({ secret }) => secret)).toBe(true)
    expect(new Set(provider.credentials.map(({ name }) => name)).size).toBe(provider.credentials.length)
    for (const { label, hint, pattern, patternHint } of provider.credentials) {
      expect(label && hint && patternHint).toBeTruthy()
      expect(pattern.test('')).toBe(false)
      // A flag that remembers where it stopped would make every second check fail.
      expect(pattern.flags).not.toMatch(/[gy]/)
    }
  })

  test('declares what the vendor allows, in numbers that can be meant, with the page that says so', () => {
    const { limits = [] } = provider
    expect(limits.some(({ countedBy }) => countedBy === 'account')).toBe(true)
    expect(new Set(limits.map(({ scope }) => scope)).size).toBe(limits.length)
    for (const limit of limits) {
      expect(limit.scope).toBeTruthy()
      expect(limit.under).toMatch(/^\//)
      expect(limit.source).toMatch(/^https:\/\//)
      const numbers =
        'atOnce' in limit
          ? { most: limit.atOnce, perMs: 1_000 }
          : { most: limit.requests, perMs: limit.perMs }
      expect(Number.isInteger(numbers.most) && numbers.most >= 1).toBe(true)
      expect(numbers.perMs).toBeGreaterThanOrEqual(1_000)
      expect(numbers.perMs).toBeLessThanOrEqual(86_400_000)
    }
  })

  test('has instructions whose strong words stand in them', () => {
    expect(provider.instructions.length).toBeGreaterThan(0)
    for (const { text, strong = [] } of provider.instructions) {
      for (const words of strong) expect(text).toContain(words)
    }
  })

  test('sends every credential: no secret in an address, a company in the path where the vendor wants it', async () => {
    const marks = Object.fromEntries(provider.credentials.map(({ name }) => [name, `mark-${name}`]))
    const exchanged: ProviderRequest[] = []
    const client: ProviderClient = {
      json: async (request) => {
        exchanged.push(request)
        return { body: null, headers: new Headers() }
      },
    }
    for (const { open, under } of provider.sessions ?? []) {
      const before = exchanged.length
      await expect(open(client, marks)).rejects.toThrow(RollcallError)
      // A session that needed itself to be opened would wait for ever.
      expect(exchanged.length).toBeGreaterThan(before)
      for (const request of exchanged.slice(before)) expect(request.path.startsWith(under)).toBe(false)
    }
    const path = [provider.tenantPath?.(marks) ?? '', ...exchanged.map((each) => each.path)].join(' ')
    for (const { query } of exchanged) expect(query).toBeUndefined()
    const sent = [
      ...Object.values(provider.authorize(marks)).flatMap((value) => [value, decoded(value)]),
      ...exchanged.map(({ body, form }) => JSON.stringify({ body, form })),
    ].join(' ')
    for (const { name, secret } of provider.credentials) {
      expect(secret ? sent : `${sent} ${path}`).toContain(`mark-${name}`)
      if (secret) expect(path).not.toContain(`mark-${name}`)
    }
    expect(() => new Headers(provider.authorize(marks))).not.toThrow()
  })

  test('lets no credential lead to another host or path', () => {
    const { tenantPath } = provider
    if (!tenantPath) return
    for (const text of ['', '..', 'a/b', 'a?b', 'a#b', '@evil.example', 'a\\b', 'a.b', '%2e%2e', ' ']) {
      const credentials = Object.fromEntries(provider.credentials.map(({ name }) => [name, text]))
      expect(() => tenantPath(credentials)).toThrow(RollcallError)
    }
  })

  test('finds no record id where there is none', () => {
    for (const raw of [null, undefined, '', 0, [], {}, 'text']) {
      expect(provider.recordIdOf(raw)).toBeNull()
      expect(provider.row.safeParse(raw).success).toBe(false)
    }
  })

  test('says for every standard field where to grant it, in a full sentence', () => {
    for (const field of STANDARD_FIELD_KEYS) expect(provider.whereToGrant(field)).toMatch(/^[A-Z].{20,}\.$/)
  })

  test('says it for a custom field too, by the same menus, with what the admin is to look for there', () => {
    const menus = /^In \w+, open (\w[\w ]*(?: > \w[\w ]*)+)/
    const [, path] = menus.exec(provider.whereToGrant('firstName')) ?? []
    expect(path).toBeDefined()
    for (const field of [
      { label: 'Badge number', category: 'Equipment' },
      { label: 'Badge number', category: null },
    ]) {
      const sentence = provider.whereToGrant(field)
      expect(sentence).toMatch(/^[A-Z].{20,}[^.]\.$/)
      expect(menus.exec(sentence)?.[1]).toBe(path)
      expect(sentence).toMatch(field.category === null ? /Badge number/ : /Badge number|Equipment/)
      expect(sentence).not.toMatch(/null|undefined/)
    }
  })
})

function decoded(header: string): string {
  return Buffer.from(header.replace(/^Basic /, ''), 'base64').toString('utf8')
}
