import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Bench } from '../bench.ts'
import { MIGRATED } from '../databases.ts'
import type { Figure } from '../figure.ts'

/** As `npm start` runs the product: a young generation that stays small keeps the peak near what is alive. */
const AS_STARTED = ['--max-semi-space-size=4']

export const memory: Figure<Bench> = {
  name: 'memory',
  oursIs: 'peak of a process that reads ten times as many people',
  floorIs: 'peak of a process that reads as many',
  unit: 'MB',
  goal: 1.2,
  most: 350,
  isCold: true,
  prepare: async (bench) => bench,
  ours: (bench) => peakMb(bench, bench.people * 10),
  floor: (bench) => peakMb(bench, bench.people),
}

async function peakMb({ databases, hris, onClose }: Bench, people: number): Promise<number> {
  await databases.dropCopies()
  const { url } = await databases.copyOf(MIGRATED)
  const script = new URL('../company/memory-process.ts', import.meta.url)
  const child = fork(script, [url, hris.url(people, 0), String(people)], { execArgv: AS_STARTED })
  onClose(() => child.kill())
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
  if (code !== 0) throw new Error(`Reading ${people} people ended with ${code}.`)
  return said
}
