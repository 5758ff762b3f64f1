import { countStakeholders, listStakeholders } from '../../db/stakeholders.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { type Request, valuesOf } from '../request.ts'
import { STAKEHOLDERS } from './ids.view.ts'
import { PAGE, parseSearch } from './paging.view.ts'
import { labelled } from './stakeholder.ts'
import {
  parseStakeholdersPage,
  STAKEHOLDERS_FORM,
  STAKEHOLDERS_PAGE,
  stakeholdersView,
} from './stakeholders.view.ts'
import { connectionsOf } from './which-connection.ts'

type Where = { search: string; offset: number; after: string | null }

async function showStakeholders(request: Request, { search, offset, after }: Where): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const { items, next } = await listStakeholders(ctx.db, companyId, {
    limit: PAGE,
    ...(search === '' ? {} : { search }),
    ...(after === null ? {} : { after }),
  })
  const total = await countStakeholders(ctx.db, companyId, search === '' ? undefined : search)
  const connected = (await connectionsOf(request)).length > 0
  const shown = items.map((item) => labelled(ctx, item))
  return showWindow(stakeholdersView({ total, search, offset, items: shown, next, connected }))
}

/** `/stakeholders [search]`, and the button on Home. */
const openStep: Step = {
  answer: 'open',
  run: (request) =>
    showStakeholders(request, {
      search: request.origin.in === 'command' ? request.value : '',
      offset: 0,
      after: null,
    }),
}

const pageStep: Step = {
  answer: 'turn',
  run: (request) =>
    showStakeholders(request, {
      search: parseSearch(valuesOf(request)),
      ...parseStakeholdersPage(request.value),
    }),
}

export const stakeholdersListeners = (): Listener[] => [
  { on: 'command', id: '/stakeholders', route: () => openStep },
  { on: 'action', id: STAKEHOLDERS, step: openStep },
  { on: 'action', id: `${STAKEHOLDERS_PAGE}.first`, step: pageStep },
  { on: 'action', id: `${STAKEHOLDERS_PAGE}.next`, step: pageStep },
  {
    on: 'submit',
    id: STAKEHOLDERS_FORM,
    run: (request) =>
      showStakeholders(request, { search: parseSearch(valuesOf(request)), offset: 0, after: null }),
  },
]
