import { z } from 'zod'
import { openView, publishHome, pushView, updateView, viewPayload } from '../views.ts'
import { type Method, method, structured } from './method.ts'

const view = structured('invalid_arguments')
const triggered = z.object({ trigger_id: z.string(), view })

export const viewMethods: Record<string, Method> = {
  'views.open': method(null, triggered, ({ ws }, args) => ({
    view: viewPayload(openView(ws, args.trigger_id, args.view)),
  })),
  'views.push': method(null, triggered, ({ ws }, args) => ({
    view: viewPayload(pushView(ws, args.trigger_id, args.view)),
  })),
  'views.update': method(
    null,
    z.object({
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
      view,
    }),
    ({ ws }, args) => {
      const by = { viewId: args.view_id, externalId: args.external_id, hash: args.hash }
      return { view: viewPayload(updateView(ws, by, args.view)) }
    },
  ),
  'views.publish': method(
    null,
    z.object({ user_id: z.string(), hash: z.string().optional(), view }),
    ({ ws }, args) => ({ view: viewPayload(publishHome(ws, args.user_id, args.view, args.hash)) }),
  ),
}
