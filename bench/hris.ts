import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** The bench's HR system, in a process of its own so that it takes no time from the one that is measured. */
export type Hris = {
  /** Where the company as of that day is read. */
  url(people: number, day: number): string
  /** From now on that company is served from ready bytes. */
  makeReady(people: number, day: number): Promise<string>
}

export async function startHris(): Promise<Hris & { process: ChildProcess }> {
  const process = fork(new URL('./company/hris-process.ts', import.meta.url))
  const [port] = await once(process, 'message')
  const url = (people: number, day: number) => `http://127.0.0.1:${port}/${people}/${day}`
  return {
    process,
    url,
    async makeReady(people, day) {
      await fetch(`${url(people, day)}/ready`)
      return url(people, day)
    },
  }
}
