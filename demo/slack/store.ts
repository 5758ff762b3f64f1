import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Message, OpenView } from './types.ts'
import { onChange, type Workspace } from './workspace.ts'

const writeDelayMs = 200

/** Written and read by this file only, so the shape is checked no deeper than its version. */
const stateFile = z.object({
  version: z.literal(1),
  serial: z.number(),
  lastTs: z.number(),
  messages: z.array(z.custom<Message>((it) => typeof it === 'object' && it !== null)),
  homes: z.array(z.custom<OpenView>((it) => typeof it === 'object' && it !== null)),
})

/**
 * Keeps messages and Home tabs in a file, so that a rehearsal can be picked up again. What belongs to a
 * moment (open modals, triggers, response_urls, ephemerals) is not kept, as it would not be in Slack.
 */
export function keepIn(file: string, ws: Workspace): { flush: () => void; stop: () => void } {
  restore(file, ws)
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    write(file, ws)
  }
  const unsubscribe = onChange(ws, () => {
    timer ??= setTimeout(flush, writeDelayMs).unref()
  })
  return {
    flush,
    stop() {
      unsubscribe()
      flush()
    },
  }
}

function restore(file: string, ws: Workspace) {
  if (!existsSync(file)) return
  try {
    const { serial, lastTs, messages, homes } = stateFile.parse(JSON.parse(readFileSync(file, 'utf8')))
    Object.assign(ws, { serial, lastTs, messages })
    ws.homes = new Map(homes.map((home) => [home.userId, home]))
  } catch {
    renameSync(file, `${file}.unreadable`)
  }
}

function write(file: string, ws: Workspace) {
  const state = {
    version: 1,
    serial: ws.serial,
    lastTs: ws.lastTs,
    messages: ws.messages.filter((it) => it.visibleTo === null),
    homes: [...ws.homes.values()],
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}
