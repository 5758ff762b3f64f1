import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { RollcallError } from '../errors.ts'

/** Seals with the first key and opens with any, so that a key can be rotated without downtime. */
export type Keyring = {
  primaryKeyId: string
  /** @param boundTo where the secret belongs: it cannot be opened anywhere else. */
  seal(plain: string, boundTo: string): Buffer
  /** @throws RollcallError `secret_unreadable` */
  open(sealed: Buffer, boundTo: string): string
  /** The same for the same text in every process that seals with the same key; nothing can be guessed from it. */
  fingerprint(text: string): Buffer
}

export type EncryptionKey = { id: string; key: Buffer }

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Sealed: version (1 byte), length of the key id (1), key id, nonce (12), tag (16), ciphertext. AES-256-GCM. */
export function createKeyring(keys: readonly EncryptionKey[]): Keyring {
  const [primary] = keys
  if (primary === undefined) throw new RollcallError('bad_settings', 'There is no encryption key.')
  const byId = new Map(keys.map(({ id, key }) => [id, key]))
  // A key for one purpose is not used for another.
  const fingerprintKey = Buffer.from(hkdfSync('sha256', primary.key, '', 'rollcall fingerprint', 32))

  return {
    primaryKeyId: primary.id,

    seal(plain, boundTo) {
      const keyId = Buffer.from(primary.id)
      const header = Buffer.concat([Buffer.from([VERSION, keyId.length]), keyId])
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', primary.key, nonce)
      cipher.setAAD(associatedData(header, boundTo))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([header, nonce, cipher.getAuthTag(), body])
    },

    open(sealed, boundTo) {
      const { header, keyId, nonce, tag, body } = split(sealed)
      const key = byId.get(keyId)
      if (key === undefined) {
        throw unreadable(
          `A stored secret was sealed under the encryption key "${keyId}", which is not among ENCRYPTION_KEYS.`,
          `Add the key "${keyId}" back to ENCRYPTION_KEYS, or connect the HR system again.`,
        )
      }
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(associatedData(header, boundTo))
      decipher.setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw unreadable(
          `A stored secret does not open with the encryption key "${keyId}": it is another key of the same name, or the secret was altered.`,
          'Put the original key back into ENCRYPTION_KEYS, or connect the HR system again.',
          cause,
        )
      }
    },

    fingerprint: (text) => createHmac('sha256', fingerprintKey).update(text, 'utf8').digest(),
  }
}

/** The header has a length of its own, so header and place cannot be shifted into each other. */
function associatedData(header: Buffer, boundTo: string): Buffer {
  return Buffer.concat([header, Buffer.from(boundTo, 'utf8')])
}

function split(sealed: Buffer) {
  const headerBytes = 2 + (sealed[1] ?? 0)
  if (sealed[0] !== VERSION || sealed.length < headerBytes + NONCE_BYTES + TAG_BYTES) {
    throw unreadable('A stored secret is damaged.', 'Connect the HR system again.')
  }
  const tagAt = headerBytes + NONCE_BYTES
  return {
    header: sealed.subarray(0, headerBytes),
    keyId: sealed.toString('utf8', 2, headerBytes),
    nonce: sealed.subarray(headerBytes, tagAt),
    tag: sealed.subarray(tagAt, tagAt + TAG_BYTES),
    body: sealed.subarray(tagAt + TAG_BYTES),
  }
}

function unreadable(message: string, remedy: string, cause?: unknown): RollcallError {
  return new RollcallError('secret_unreadable', message, { remedy, cause })
}
