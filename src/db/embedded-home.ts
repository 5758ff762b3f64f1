import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { RollcallError } from '../errors.ts'
import { SHARED_DIR } from './embedded-binaries.ts'
import { canEnter, findUnprivilegedUser, isRoot, type RunAs } from './embedded-user.ts'

/** Where the database of a data directory lives and who runs it. */
export type Home = { directory: string; cluster: string; password: string; runAs: RunAs }

/** `directory` is relative to the data directory, so that it can be moved, unless it had to lie outside. */
const homeFile = z.object({ directory: z.string().min(1), password: z.string().min(1) })

export async function openHome(dataDir: string): Promise<Home> {
  // Others may pass through (the database may run as another user) but not look around.
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  const remembered = await readHomeFile(dataDir)
  return remembered === undefined ? createHome(dataDir) : returnHome(dataDir, remembered)
}

/** @returns undefined where no database was ever made; nothing is made now */
export async function findHome(dataDir: string): Promise<Home | undefined> {
  const remembered = await readHomeFile(dataDir)
  return remembered && (await returnHome(dataDir, remembered))
}

async function createHome(dataDir: string): Promise<Home> {
  const runAs: RunAs = isRoot() ? findUnprivilegedUser() : {}
  const directory =
    !isRoot() || canEnter(dataDir, runAs) ? 'postgres' : path.join(SHARED_DIR, randomBytes(8).toString('hex'))
  const password = randomBytes(24).toString('base64url')
  const home = makeHome(dataDir, { directory, password }, runAs)

  if (await exists(home.cluster)) {
    throw new RollcallError(
      'bad_settings',
      `${homeFileOf(dataDir)}, which holds the password of the database, is gone.`,
      {
        remedy: 'Restore it from a backup, or choose another DATA_DIR to start with an empty database.',
      },
    )
  }
  if (path.isAbsolute(directory)) await mkdir(SHARED_DIR, { recursive: true, mode: 0o755 })
  await mkdir(home.directory, { recursive: true, mode: 0o700 })
  if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(home.directory, runAs.uid, runAs.gid)
  await writeFile(`${homeFileOf(dataDir)}.new`, `${JSON.stringify({ directory, password })}\n`, {
    mode: 0o600,
  })
  await rename(`${homeFileOf(dataDir)}.new`, homeFileOf(dataDir))
  return home
}

async function returnHome(dataDir: string, remembered: z.infer<typeof homeFile>): Promise<Home> {
  const home = makeHome(dataDir, remembered, {})
  const owner = await stat(home.directory).catch((cause: unknown) => {
    throw new RollcallError(
      'bad_settings',
      `The database of ${dataDir} was kept in ${home.directory}, which is gone.`,
      {
        remedy: `Bring it back, or delete ${homeFileOf(dataDir)} to start with an empty database.`,
        cause,
      },
    )
  })
  if (isRoot() && owner.uid !== 0) return { ...home, runAs: { uid: owner.uid, gid: owner.gid } }
  if (!isRoot() && owner.uid !== process.getuid?.()) throw ownedByAnother(dataDir)
  return home
}

/** An initdb whose parent was killed may go on writing for a moment: its folder is emptied again until it stays so. */
const REMOVE_WHILE_WRITTEN = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }

/** Leftovers of an initdb that was interrupted: it works under another name until it is done. */
export async function clearUnfinished(home: Home): Promise<void> {
  for (const name of await readdir(home.directory)) {
    if (name.startsWith('new-')) await rm(path.join(home.directory, name), REMOVE_WHILE_WRITTEN)
  }
}

function makeHome(dataDir: string, file: z.infer<typeof homeFile>, runAs: RunAs): Home {
  const directory = path.resolve(dataDir, file.directory)
  return { directory, cluster: path.join(directory, 'data'), password: file.password, runAs }
}

const homeFileOf = (dataDir: string) => path.join(dataDir, 'postgres.json')

async function readHomeFile(dataDir: string): Promise<z.infer<typeof homeFile> | undefined> {
  try {
    return homeFile.parse(JSON.parse(await readFile(homeFileOf(dataDir), 'utf8')))
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ENOENT') return undefined
    if (code === 'EACCES') throw ownedByAnother(dataDir)
    throw new RollcallError('bad_settings', `${homeFileOf(dataDir)} is damaged.`, {
      remedy: 'Restore it from a backup, or choose another DATA_DIR to start with an empty database.',
      cause: thrown,
    })
  }
}

function ownedByAnother(dataDir: string): RollcallError {
  return new RollcallError('bad_settings', `The data in ${dataDir} belongs to another user.`, {
    remedy: 'Start as the user who started it first, or choose another DATA_DIR.',
  })
}

const exists = (file: string) => stat(file).then(Boolean, () => false)
