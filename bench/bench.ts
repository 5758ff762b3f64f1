import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbedded } from '../src/db/embedded.ts'
import { type Databases, openDatabases } from './databases.ts'
import { type Hris, startHris } from './hris.ts'

/** What the figures are measured in: PostgreSQL as it comes, durability on, and an HR system over HTTP. */
export type Bench = {
  people: number
  databases: Databases
  hris: Hris
  /** Called before the bench is taken down. */
  onClose(stop: () => unknown): void
  /** Every process ends and every file goes. A second call waits for the first. */
  close(): Promise<void>
}

export async function openBench(people: number): Promise<Bench> {
  const stops: (() => unknown)[] = []
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      for (const stop of stops.toReversed()) await stop()
    })()
    return closing
  }
  try {
    const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-bench-'))
    stops.push(() => rm(directory, { recursive: true, force: true }))
    // Open to passing through, as the database may run as another user.
    await chmod(directory, 0o711)
    const server = await startEmbedded(directory)
    stops.push(server.stop)
    const hris = await startHris()
    stops.push(() => hris.process.kill())
    const databases = await openDatabases(server.url)
    return { people, databases, hris, onClose: (stop) => void stops.push(stop), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
