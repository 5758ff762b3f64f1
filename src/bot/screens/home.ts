import { homeState } from '../home-tab.ts'
import { type Listener, type Step, showNothing, showPrivately } from '../listener.ts'
import type { Tools } from '../tools.ts'
import { CONNECTION_FILTER, parseConnectionFilter, statusMessage } from './home.view.ts'

/** A bare `/datasync`. */
export const statusStep: Step = {
  answer: 'message',
  run: async ({ ctx, companyId }) => showPrivately(statusMessage(await homeState(ctx, companyId, null))),
}

export const homeListeners = (tools: Tools): Listener[] => [
  {
    on: 'action',
    id: CONNECTION_FILTER,
    step: {
      answer: 'message',
      run: async ({ companyId, slack, teamId, userId, value }) => {
        await tools.publishHome({ companyId, teamId, userId, slack, only: parseConnectionFilter(value) })
        return showNothing
      },
    },
  },
]
