import { execFileSync, spawnSync } from 'node:child_process'

/** PostgreSQL refuses to run as root. Empty: run as whoever we are. */
export type RunAs = { uid?: number; gid?: number }

export const isRoot = () => process.getuid?.() === 0

/** The user to run as when we are root: PostgreSQL's own if the machine has it. */
export function findUnprivilegedUser(): Required<RunAs> {
  return lookUp('postgres') ?? lookUp('nobody') ?? { uid: 65_534, gid: 65_534 }
}

/** Asked of the system itself: permissions along the whole path, ACLs and mounts all count. */
export function canRun(program: string, args: readonly string[], runAs: RunAs): boolean {
  return spawnSync(program, args, { ...runAs, cwd: '/', stdio: 'ignore' }).status === 0
}

export function canEnter(directory: string, runAs: RunAs): boolean {
  return canRun('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], runAs)
}

function lookUp(name: string): Required<RunAs> | undefined {
  try {
    return { uid: idOf('-u', name), gid: idOf('-g', name) }
  } catch {
    return undefined
  }
}

function idOf(flag: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}
