import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { RollcallError } from '../errors.ts'
import { type Binaries, findBinaries } from './embedded-binaries.ts'
import { clearUnfinished, type Home, openHome } from './embedded-home.ts'
import { lockDataDir } from './embedded-lock.ts'
import { endOrphan } from './embedded-orphan.ts'
import { startPostmaster } from './embedded-process.ts'

export type EmbeddedDatabase = {
  url: string
  stop(): Promise<void>
  /** Settles when the server has ended, asked to or not. */
  gone: Promise<void>
}

/**
 * A real PostgreSQL for a first run without one: only on 127.0.0.1, with a random password, its data kept
 * in `dataDir`. It ends with this process, whatever ends that.
 *
 * @param report told about everything that takes longer than a moment
 */
export async function startEmbedded(
  dataDir: string,
  report: (line: string) => void = () => undefined,
): Promise<EmbeddedDatabase> {
  const home = await openHome(path.resolve(dataDir))
  const unlock = lockDataDir(path.resolve(dataDir))
  try {
    const binaries = await findBinaries(home.runAs, report)
    await clearUnfinished(home)
    if (await exists(home.cluster)) {
      await refuseOtherVersion(home, binaries)
      await endOrphan(home, report)
    } else {
      report('Creating the database (only on the first start)')
      await createCluster(home, binaries)
    }
    const server = await startPostmaster(binaries, home, report)
    return {
      url: urlOf(home, server.port),
      gone: server.gone,
      async stop() {
        await server.stop()
        unlock()
      },
    }
  } catch (thrown) {
    unlock()
    throw thrown
  }
}

const USER = 'rollcall'

export const urlOf = ({ password }: Pick<Home, 'password'>, port: number): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`

/** Made under another name and renamed when whole: an interrupted first start is simply made again. */
async function createCluster(home: Home, binaries: Binaries): Promise<void> {
  const unfinished = path.join(home.directory, `new-${randomBytes(4).toString('hex')}`)
  const passwordFile = `${unfinished}.password`
  await writeFile(passwordFile, `${home.password}\n`, { mode: 0o600 })
  const { uid, gid } = home.runAs
  if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid)

  const initdb = spawn(
    binaries.initdb,
    [
      `--pgdata=${unfinished}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // The same order of words on every machine, whatever its locales.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { ...home.runAs, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise<number | null>((resolve, reject) =>
    initdb.once('exit', resolve).once('error', reject),
  )
  const [said, exitCode] = await Promise.all([text(initdb.stderr), ended])
  await rm(passwordFile, { force: true })
  if (exitCode !== 0) {
    throw new RollcallError('database_unavailable', `The database could not be created: ${said.trim()}`, {
      remedy: 'Setting DATABASE_URL to a PostgreSQL of your own goes around it.',
    })
  }
  await rename(unfinished, home.cluster)
}

async function refuseOtherVersion(home: Home, binaries: Binaries): Promise<void> {
  const major = (await readFile(path.join(home.cluster, 'PG_VERSION'), 'utf8')).trim()
  if (major === binaries.major) return
  throw new RollcallError(
    'bad_settings',
    `The data in ${home.directory} was made by PostgreSQL ${major}; this version of Rollcall brings ${binaries.major}.`,
    {
      remedy: `Dump it with PostgreSQL ${major} and load the dump, or choose another DATA_DIR to start empty.`,
    },
  )
}

const exists = (file: string) => stat(file).then(Boolean, () => false)
