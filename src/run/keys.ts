import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseEncryptionKeys, settingsOf } from '../config-settings.ts'
import type { EncryptionKey } from '../db/secrets.ts'
import { RollcallError } from '../errors.ts'

/** The encryption key of a first run without settings: made once and kept, readable by its owner only. */
export async function loadOrMakeKeys(dataDir: string): Promise<readonly EncryptionKey[]> {
  const file = path.join(dataDir, 'encryption-keys')
  const settings = settingsOf({ ENCRYPTION_KEYS: await readOrMake(dataDir, file) })
  const keys = parseEncryptionKeys(settings, { needed: true })
  if (keys === null || settings.problems.length > 0) {
    throw new RollcallError('bad_settings', `${file} does not hold encryption keys.`, {
      remedy: 'Restore it from a backup; the credentials of connections cannot be read without it.',
    })
  }
  return keys
}

async function readOrMake(dataDir: string, file: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  // A name of its own, so that a stored secret says which key it misses if this file is ever lost.
  const made = `local-${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64')}`
  try {
    await writeFile(file, `${made}\n`, { mode: 0o600, flag: 'wx', flush: true })
    return made
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return readFile(file, 'utf8')
    throw thrown
  }
}
