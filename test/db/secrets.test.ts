import { createHash, createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKeyring } from '../../src/db/secrets.ts'

const old = { id: 'k1', key: randomBytes(32) }
const fresh = { id: 'k2', key: randomBytes(32) }
const secret = '{"token":"grüße 🔑"}'
const place = 'connection:1'

test('what is sealed opens again in its own place, and shows nothing of itself', () => {
  const keyring = createKeyring([old])
  const sealed = keyring.seal(secret, place)
  expect(keyring.open(sealed, place)).toBe(secret)
  expect(sealed.toString('latin1')).not.toContain('token')
  expect(keyring.seal(secret, place).equals(sealed)).toBe(false)
})

test('the first key seals and every key opens, so that a key can be rotated', () => {
  const sealedBefore = createKeyring([old]).seal(secret, place)
  const rotating = createKeyring([fresh, old])
  expect(rotating.primaryKeyId).toBe('k2')
  expect(rotating.open(sealedBefore, place)).toBe(secret)
  const sealedAfter = rotating.seal(secret, place)
  expect(createKeyring([fresh]).open(sealedAfter, place)).toBe(secret)
  expect(() => createKeyring([old]).open(sealedAfter, place)).toThrow(/"k2"/u)
})

test('a missing key is named with what to do, and the secret is not', () => {
  const sealed = createKeyring([old]).seal(secret, place)
  expect(() => createKeyring([fresh]).open(sealed, place)).toThrow(
    expect.objectContaining({
      code: 'secret_unreadable',
      message: expect.stringContaining('"k1"'),
      remedy: expect.stringContaining('ENCRYPTION_KEYS'),
    }),
  )
})

test('another key of the same name does not open it', () => {
  const sealed = createKeyring([old]).seal(secret, place)
  const impostor = createKeyring([{ id: 'k1', key: randomBytes(32) }])
  expect(() => impostor.open(sealed, place)).toThrow(expect.objectContaining({ code: 'secret_unreadable' }))
})

test('a secret moved to another place does not open', () => {
  const keyring = createKeyring([old])
  const sealed = keyring.seal(secret, place)
  expect(() => keyring.open(sealed, 'connection:2')).toThrow(
    expect.objectContaining({ code: 'secret_unreadable' }),
  )
})

test('one changed bit anywhere, or a cut, is noticed', () => {
  const keyring = createKeyring([old])
  const sealed = keyring.seal(secret, place)
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(() => keyring.open(altered, place), `byte ${at}`).toThrow(
      expect.objectContaining({ code: 'secret_unreadable' }),
    )
  }
  for (const length of [0, 1, 5, 20, sealed.length - 1]) {
    expect(() => keyring.open(sealed.subarray(0, length), place), `length ${length}`).toThrow(
      expect.objectContaining({ code: 'secret_unreadable' }),
    )
  }
})

test('a fingerprint is the same for the same text and key, and says nothing without the key', () => {
  const fingerprint = createKeyring([old]).fingerprint(secret)
  expect(createKeyring([old, fresh]).fingerprint(secret)).toEqual(fingerprint)
  expect(createKeyring([old]).fingerprint(`${secret}.`)).not.toEqual(fingerprint)
  expect(createKeyring([{ id: 'k1', key: randomBytes(32) }]).fingerprint(secret)).not.toEqual(fingerprint)
  expect(createHash('sha256').update(secret).digest()).not.toEqual(fingerprint)
  expect(createHmac('sha256', old.key).update(secret).digest()).not.toEqual(fingerprint)
  expect(fingerprint).toHaveLength(32)
})
