import { expect } from 'vitest'
import { getConnection } from '../../../../src/db/connections.ts'
import { removeConnection } from '../../../../src/sync/disconnect.ts'
import { undoSync } from '../../../../src/sync/undo.ts'
import { bytesOf } from '../image.ts'
import { linkAgain, readNow } from '../reading.ts'
import { type Act, type At, pick, type World } from '../world.ts'

export const disconnect: Act = async (world, { at }) => {
  const { connectionId } = world.places[at]
  await removeConnection(world.ctx(), world.companyId, connectionId)
  world.known[at] = { present: new Map(), isRead: false, isConnected: false }
  expect(await getConnection(world.database.db, world.companyId, connectionId)).toMatchObject({
    status: 'removed',
    sealed_credentials: null,
    cache_retrieval_id: null,
  })
}

/** Through the linking window, also where it is in use already; the retrieval that comes of it runs now or later. */
const reconnect: Act = async (world, { at, what }) => {
  await linkAgain(world, at)
  if (what % 3 > 0) await readNow(world, at)
}

/** Disconnected by mistake: once everybody was read again it is as if nothing had happened. */
const disconnectAndBack: Act = async (world, step) => {
  const { at } = step
  const plan = async () => ((await readNow(world, at)) ? await skeletonOf(world, at) : undefined)
  const before = await plan()
  if (!before) return
  await disconnect(world, step)
  await linkAgain(world, at)
  expect(await plan()).toEqual(before)
}

/** Sentences may name somebody whom only the deleted part of the cache knew. */
async function skeletonOf({ engines, rowsOf }: World, at: At) {
  const { counts, holds, planId } = await engines[at].plan()
  const rows = (await rowsOf(planId)).map(({ recordId, kind, stakeholderId, reason, fields, detail }) => ({
    recordId,
    kind,
    stakeholderId: kind === 'create' ? null : stakeholderId,
    reason,
    fields,
    asked: detail?.fields,
  }))
  return { counts, holds, rows }
}

/** An undo and its redo need no connection: the register and its links come back to the byte. */
const redoDisconnected: Act = async (world, { at, who }) => {
  const { companyId, ctx, done, image } = world
  const some = pick(done.filter((it) => it.at === at).slice(-3), who)
  if (!some) return
  const before = await image()
  const undone = await undoSync(ctx(), { companyId, syncId: some.sync.syncId })
  done.push({ sync: undone, at })
  await disconnect(world, { at, who, what: 0, to: 0 })
  done.push({ sync: await undoSync(ctx(), { companyId, syncId: undone.syncId }), at })
  expect(bytesOf(await image())).toEqual(bytesOf(before))
}

export const CONNECTING_ACTS = { disconnect, reconnect, disconnectAndBack } as const
/** Those of them that write. */
export const REDOING_ACTS = { redoDisconnected } as const
