import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type ConditionTree, conditionTreeSchema } from '../../sync/core/conditions.ts'
import { whatIf, whoMoves } from '../../sync/what-if.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import { parseSide, parseWhoMetadata, type Side, WHO_PAGE, WHO_SIDE, whoView } from './configure-who.view.ts'
import { PAGE, parseOffset } from './paging.view.ts'
import { connectionNamed } from './which-connection.ts'

/** Slack carries 3,000 characters; the ids beside need some of them. */
const MAX_PACKED = 2_700
const MAX_UNPACKED = 1_000_000
/** Where the conditions cannot be carried from page to page. */
const WITHOUT_PAGES = 50

/** Conditions that nobody saved are nowhere but in the window below this one, which Slack does not tell us again. */
export function packConditions(conditions: ConditionTree): string | null {
  const packed = deflateRawSync(JSON.stringify(conditions)).toString('base64url')
  return packed.length > MAX_PACKED ? null : packed
}

export const unpackConditions = (packed: string): ConditionTree =>
  conditionTreeSchema.parse(
    JSON.parse(
      inflateRawSync(Buffer.from(packed, 'base64url'), { maxOutputLength: MAX_UNPACKED }).toString('utf8'),
    ),
  )

/** @param at without a side: whoever comes in, or goes out where nobody does */
export async function showWho(
  request: Request,
  connectionId: string,
  conditions: ConditionTree,
  at: { side: Side | null; offset: number } = { side: null, offset: 0 },
): Promise<WindowAnswer> {
  const place = { companyId: request.companyId, connectionId }
  const { inTotal, outTotal } = await whatIf(request.ctx, place, conditions)
  const side = at.side ?? (inTotal === 0 && outTotal > 0 ? 'out' : 'in')
  const offset = at.offset < (side === 'in' ? inTotal : outTotal) ? at.offset : 0
  const packed = packConditions(conditions)
  const limit = packed === null ? WITHOUT_PAGES : PAGE
  const items = await whoMoves(request.ctx, place, conditions, { side, offset, limit })
  return showWindow(whoView({ connectionId, side, inTotal, outTotal, offset, items, conditions: packed }))
}

const turnTo = (to: (request: Request, side: Side) => { side: Side; offset: number }): Step => ({
  answer: 'turn',
  run: async (request) => {
    const { conditions, connectionId, side } = parseWhoMetadata(metadataOf(request))
    await connectionNamed(request, connectionId)
    return await showWho(request, connectionId, unpackConditions(conditions), to(request, side))
  },
})
const toPage = turnTo(({ value }, side) => ({ side, offset: parseOffset(value) }))

export const configureWhoListeners = (): Listener[] => [
  { on: 'action', id: WHO_SIDE, step: turnTo(({ value }) => ({ side: parseSide(value), offset: 0 })) },
  { on: 'action', id: `${WHO_PAGE}.back`, step: toPage },
  { on: 'action', id: `${WHO_PAGE}.next`, step: toPage },
]
