import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'

/** Set to a path, or to `bundled` for the one that comes with npm, to walk with another browser. */
const WANTED = process.env['CHROMIUM']
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/google-chrome-stable']
/** Every page is our own, so the sandbox, which root and most containers cannot have, guards nothing. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

type Program = { executablePath: string; env: Record<string, string> }
export type TestBrowser = { browser: Browser; close(): Promise<void> }

/** An installed Chromium, or the bundled one where there is none that starts. */
export async function openBrowser(): Promise<TestBrowser> {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-browser-'))
  const clear = () => rm(directory, { recursive: true, force: true })
  const failures: string[] = []
  for (const find of programs(directory)) {
    try {
      const browser = await launch(await find(), directory)
      return { browser, close: () => browser.close().finally(clear) }
    } catch (thrown) {
      failures.push(String(thrown).split('\n', 3).join(' '))
    }
  }
  await clear()
  throw new Error(
    `No Chromium starts here. Install one as /usr/bin/chromium, set CHROMIUM to its path, or run npm ci again to get @sparticuz/chromium. Tried:\n${failures.join('\n')}`,
  )
}

function programs(directory: string): (() => Promise<Program>)[] {
  const given = WANTED === undefined || WANTED === 'bundled' ? [] : [WANTED]
  const installed = WANTED === undefined ? INSTALLED.filter((file) => existsSync(file)) : given
  const found = installed.map((executablePath) => async () => ({ executablePath, env: {} }))
  return WANTED === undefined || WANTED === 'bundled' ? [...found, () => unpackBundled(directory)] : found
}

/** Its profile and whatever else it writes lies in `directory`, which goes when it does. */
function launch({ executablePath, env }: Program, directory: string): Promise<Browser> {
  return inDirectory(directory, () =>
    chromium.launch({
      executablePath,
      args: ARGS,
      env: { ...process.env, ...env, TMPDIR: directory, HOME: directory },
    }),
  )
}

/**
 * The package unpacks into the temporary directory, and brings the libraries that a bare machine lacks only
 * where it believes itself in such a place. Both are told by the environment, which is put back afterwards.
 */
async function unpackBundled(directory: string): Promise<Program> {
  const before = { ...process.env }
  const libraries = path.join(directory, 'al2023/lib')
  try {
    process.env['VERCEL'] = '1'
    const executablePath = await inDirectory(directory, async () => {
      const { default: bundled } = await import('@sparticuz/chromium')
      return bundled.executablePath()
    })
    const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: path.join(directory, 'fonts') }
    return { executablePath, env: { LD_LIBRARY_PATH: libraries, ...fonts } }
  } finally {
    for (const name of ['VERCEL', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

async function inDirectory<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = directory
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
}
