import { Hono } from 'hono'
import { z } from 'zod'
import { chooseCompany } from '../../db/company-choice.ts'
import { type ConnectionRow, getConnection } from '../../db/connections.ts'
import { getRetrieval } from '../../db/retrievals.ts'
import { RollcallError } from '../../errors.ts'
import { type Actor, PLAN_KINDS } from '../../model.ts'
import type { Context } from '../../sync/context.ts'
import { currentPlan, listChanges } from '../../sync/plan.ts'
import { requestRetrieval } from '../../sync/retrieve.ts'
import { getSync } from '../../sync/sync-view.ts'
import { authorize } from './authorize.ts'
import { decodeCursor, encodeCursor, id, listQuery, parseInput } from './input.ts'
import { presentRetrieval } from './present.ts'
import { answerStakeholders } from './stakeholders.ts'

type ApiEnv = { Variables: { company: { companyId: string } } }

/** Every route acts for the company named by `?company=`, or for the only one. */
export function apiRoutes(options: { makeContext: (actor: Actor) => Context; apiToken: string | null }) {
  const app = new Hono<ApiEnv>()
  const context = () => options.makeContext({ kind: 'api' })

  app.use('*', authorize(options.apiToken))
  app.use('*', async (c, next) => {
    c.set('company', await chooseCompany(context().db, c.req.query('company')))
    await next()
  })

  app.post('/connections/:id/retrieve', async (c) => {
    const ctx = context()
    const connection = await connectionInUse(ctx, c.get('company').companyId, c.req.param('id'))
    const { retrievalId, joined } = await requestRetrieval(ctx, {
      companyId: connection.company_id,
      connectionId: connection.connection_id,
    })
    c.header('Location', `/api/retrievals/${retrievalId}`)
    return c.json({ retrievalId, joined }, 202)
  })

  app.get('/retrievals/:id', async (c) => {
    const retrievalId = parseInput(id, c.req.param('id'))
    return c.json(presentRetrieval(await getRetrieval(context().db, c.get('company').companyId, retrievalId)))
  })

  app.get('/connections/:id/preview', async (c) => {
    const ctx = context()
    const query = parseInput(listQuery.extend({ kind: z.enum(PLAN_KINDS).optional() }), c.req.query())
    const connection = await connectionInUse(ctx, c.get('company').companyId, c.req.param('id'))
    const { company_id: companyId, connection_id: connectionId } = connection
    const plan = await currentPlan(ctx, { companyId, connectionId })
    if (plan === undefined) {
      throw new RollcallError('conflict', 'Nothing has been retrieved from this connection yet.', {
        remedy: `POST /api/connections/${connectionId}/retrieve, then ask again.`,
      })
    }
    const cursor = query.next === undefined ? { planId: plan.planId, offset: 0 } : decodeCursor(query.next)
    if (cursor.planId !== plan.planId) {
      throw new RollcallError('conflict', 'The data changed since the first page, so there is a new plan.', {
        remedy: 'Leave out "next" to read the new plan from its first page.',
      })
    }
    const { items, total } = await listChanges(ctx.db, companyId, plan.planId, {
      offset: cursor.offset,
      limit: query.limit,
      ...(query.kind === undefined ? {} : { kind: query.kind }),
      ...(query.search === undefined ? {} : { search: query.search }),
    })
    const offset = cursor.offset + items.length
    const next = items.length > 0 && offset < total ? encodeCursor({ planId: plan.planId, offset }) : null
    return c.json({ plan, items, next })
  })

  app.get('/stakeholders', (c) => answerStakeholders(c, context().db, c.get('company').companyId))

  app.get('/syncs/:id', async (c) => {
    const syncId = parseInput(id, c.req.param('id'))
    return c.json(await getSync(context().db, c.get('company').companyId, syncId))
  })

  return app
}

async function connectionInUse(ctx: Context, companyId: string, given: string): Promise<ConnectionRow> {
  const connection = await getConnection(ctx.db, companyId, parseInput(id, given))
  if (connection.status !== 'removed') return connection
  throw new RollcallError('not_found', 'This connection was removed.')
}
