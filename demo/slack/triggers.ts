import { randomBytes } from 'node:crypto'
import { SlackError } from './slack-error.ts'
import { nextId, type Workspace } from './workspace.ts'

const lifeMs = 3000

export function issueTrigger(ws: Workspace, userId: string): string {
  const id = `${nextId(ws, '')}.${randomBytes(8).toString('hex')}`
  ws.triggers.set(id, { userId, issuedAtMs: ws.now(), spent: false })
  return id
}

/** Whose trigger it is, and whether it still works, without using it up. */
export function checkTrigger(ws: Workspace, id: string): string {
  const trigger = ws.triggers.get(id)
  if (!trigger) throw new SlackError('invalid_trigger_id')
  if (trigger.spent) throw new SlackError('exchanged_trigger_id')
  if (ws.now() - trigger.issuedAtMs > lifeMs) throw new SlackError('expired_trigger_id')
  return trigger.userId
}

export function spendTrigger(ws: Workspace, id: string): string {
  const userId = checkTrigger(ws, id)
  const trigger = ws.triggers.get(id)
  if (trigger) trigger.spent = true
  return userId
}
