import { z } from 'zod'
import { DEFAULT_LIMITS, LIMIT_KEYS, type LimitKey, limitsSchema } from '../../sync/core/guard.ts'
import { getCompanyLimits, saveLimits, stampOfLimits } from '../../sync/settings.ts'
import { sentence } from '../answers.ts'
import { type Listener, showPrivately, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import { LIMITS } from './configure.view.ts'
import { checkLimits, LIMITS_FORM, limitsView, parseLimits, parseSeen } from './configure-limits.view.ts'

const WORDS: Record<LimitKey, string> = {
  created: 'New stakeholders',
  emails: 'Changed emails',
  names: 'Changed names',
  statuses: 'Changed employment status',
  endDates: 'Changed end dates',
  blanks: 'Emptied fields',
  vanished: 'Missing from HR',
  coverage: 'Lost values of one field',
}

async function openLimits({ companyId, ctx }: Request): Promise<WindowAnswer> {
  const limits = await getCompanyLimits(ctx.db, companyId)
  return showWindow(
    limitsView({
      seen: stampOfLimits(limits),
      brakes: LIMIT_KEYS.map((brake) => ({
        brake,
        words: WORDS[brake],
        of: brake === 'coverage' ? 'everybody in HR' : 'everybody linked or matched',
        now: limits[brake],
        usual: DEFAULT_LIMITS[brake],
      })),
    }),
  )
}

const allLimits = z.record(z.enum(LIMIT_KEYS), limitsSchema.valueType)

const save =
  (tools: Tools) =>
  async (request: Request): Promise<WindowAnswer> => {
    const form = { metadata: metadataOf(request), values: valuesOf(request) }
    await saveLimits(request.ctx, request.companyId, {
      limits: allLimits.parse(parseLimits(form)),
      seen: parseSeen(form.metadata),
    })
    await tools.announce(request.companyId, `settings:${request.companyId}`)
    return showPrivately(
      sentence('Saved. Plans are drawn up anew by these limits; Home shows whether one is held.'),
    )
  }

export const configureLimitsListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: LIMITS, step: { answer: 'open', run: openLimits } },
  { on: 'submit', id: LIMITS_FORM, check: checkLimits, run: save(tools) },
]
