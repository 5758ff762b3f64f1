import { requestRetrieval } from '../../sync/retrieve.ts'
import { sentence } from '../answers.ts'
import { type Listener, type MessageAnswer, type Step, showNothing, showPrivately } from '../listener.ts'
import type { Request } from '../request.ts'
import type { Tools } from '../tools.ts'
import { RETRIEVE } from './ids.view.ts'
import { connectionNamed, connectionsOf, notConnected } from './which-connection.ts'
import { listed } from './words.view.ts'

/** Retrieve Now: the connection of the button, or all of them from the command. */
export const retrieveStep = (tools: Tools): Step => ({
  answer: 'message',
  run: async (request) => {
    const named = request.origin.in !== 'command' && request.value !== ''
    const connections = named ? [await connectionNamed(request, request.value)] : await connectionsOf(request)
    if (connections.length === 0) throw notConnected()
    let joined = true
    for (const { connectionId } of connections) {
      const retrieval = await requestRetrieval(request.ctx, { companyId: request.companyId, connectionId })
      joined &&= retrieval.joined
      await tools.announce(request.companyId, `retrieval:${retrieval.retrievalId}`)
    }
    return answer(request, listed(connections.map(({ label }) => label)), joined)
  },
})

/** On Home the tab itself shows that it runs. */
function answer({ origin }: Request, labels: string, joined: boolean): MessageAnswer {
  if (origin.in === 'home') return showNothing
  const words = joined
    ? `A retrieval from ${labels} was already waiting. It will start in a moment.`
    : `Reading from ${labels}. The progress is in your messages with Rollcall.`
  return showPrivately(sentence(words))
}

export const retrieveListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: RETRIEVE, step: retrieveStep(tools) },
]
