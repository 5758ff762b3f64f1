import { RollcallError } from '../../errors.ts'
import { STANDARD_FIELDS } from '../../model.ts'
import { keepDraft } from '../../sync/condition-drafts.ts'
import { NO_CONDITIONS } from '../../sync/core/conditions.ts'
import { getSettings, saveSettings } from '../../sync/settings.ts'
import { type FormAnswer, type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import {
  ADD_GROUP,
  ADD_QUERY,
  CONFIGURE_FORM,
  configureView,
  RECOUNT,
  SEE_WHO,
  START_OVER,
} from './configure.view.ts'
import { configureChoiceListeners } from './configure-choices.ts'
import {
  CHOICE,
  type Draft,
  FIELD,
  IDENTIFIER,
  MATCH,
  OPERATOR,
  parseConfigure,
  VALUE,
} from './configure-draft.view.ts'
import { addGroup, addRow, removeAll, removeRow } from './configure-edit.ts'
import { settle } from './configure-kinds.ts'
import { saveAndReplan } from './configure-replan.ts'
import { errorsAt, REMOVE } from './configure-row.view.ts'
import { nothingChangedView } from './configure-saved.view.ts'
import { configureState, type Opened, stampOf, withOriginals } from './configure-state.ts'
import { toDraft, toTree } from './configure-tree.ts'
import { configureWhoListeners, showWho } from './configure-who.ts'
import { CONFIGURE } from './ids.view.ts'
import { type Connection, connectionNamed, whichConnection } from './which-connection.ts'

type Window = Opened & { connection: Connection; place: { companyId: string; connectionId: string } }

const draw = async ({ ctx }: Request, window: Window) =>
  configureView(await configureState(ctx, window.place, window))

/** Configure, on the settings as they are saved. */
async function openConfigure(request: Request): Promise<WindowAnswer> {
  const named = request.origin.in === 'command' || request.value === '' ? null : request.value
  const found = await whichConnection(request, named, CONFIGURE)
  if ('ask' in found) return showWindow(found.ask)
  const { connection } = found
  const place = { companyId: request.companyId, connectionId: connection.connectionId }
  const { provider } = connection
  const settings = await getSettings(request.ctx.db, place)
  const draft = toDraft(settings.conditions ?? NO_CONDITIONS, settings.identifier, settings.catalogue)
  const seen = stampOf(settings)
  return showWindow(await draw(request, { connection, place, provider, settings, draft, seen, notice: null }))
}

/** What is entered so far; nothing of it is stored before Save. */
async function readWindow(request: Request): Promise<Window> {
  const { connectionId, draft, seen } = parseConfigure(metadataOf(request), valuesOf(request))
  const connection = await connectionNamed(request, connectionId)
  const place = { companyId: request.companyId, connectionId }
  const settings = await getSettings(request.ctx.db, place)
  const complete = await withOriginals(request.ctx, place, settings, draft)
  return {
    connection,
    place,
    provider: connection.provider,
    settings,
    draft: settle(complete, settings.catalogue),
    seen,
    notice: null,
  }
}

const change = (edit: (draft: Draft, value: string) => Draft = (draft) => draft): Step => ({
  answer: 'redraw',
  run: async (request) => {
    const window = await readWindow(request)
    return showWindow(await draw(request, { ...window, draft: edit(window.draft, request.value) }))
  },
})

async function openWho(request: Request): Promise<WindowAnswer> {
  const { draft, place, settings } = await readWindow(request)
  const check = toTree(draft, settings.catalogue)
  if (!check.ok) throw new RollcallError('bad_request', 'The conditions are not complete yet.')
  return await showWho(request, await keepDraft(request.ctx, place, check.tree))
}

const SAVED_BY_OTHERS =
  'Somebody else saved these settings while you had them open. What you see is yours and is not saved: Save puts it in place of theirs, Cancel keeps theirs.'

/** The same rows on the settings as they are now, so that nothing that was entered is lost. */
async function showConflict(request: Request): Promise<WindowAnswer> {
  const window = await readWindow(request)
  const seen = stampOf(window.settings)
  return showWindow(await draw(request, { ...window, seen, notice: SAVED_BY_OTHERS }))
}

const save =
  (tools: Tools) =>
  async (request: Request): Promise<FormAnswer> => {
    const window = await readWindow(request)
    const { connection, draft, place, settings } = window
    const check = draft.items === null ? null : toTree(draft, settings.catalogue)
    if (check?.ok === false) {
      const errors = errorsAt(check.problems, valuesOf(request))
      const notice = errors === null ? check.problems.map(({ sentence }) => sentence).join(' ') : null
      const view = await draw(request, { ...window, notice })
      return errors === null ? showWindow(view) : { show: 'errors', errors, view }
    }
    if (window.seen !== stampOf(settings)) return await showConflict(request)
    const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
    const changes = {
      ...(check && !isSame(check.tree, settings.conditions) ? { conditions: check.tree } : {}),
      ...(draft.identifier === settings.identifier ? {} : { identifier: draft.identifier }),
    }
    if (Object.keys(changes).length === 0) return showWindow(nothingChangedView())
    const { label } = STANDARD_FIELDS[draft.identifier]
    const words = changes.identifier
      ? [`${label} is the stakeholder identifier now; people who are matched stay matched.`]
      : []
    const { version } = settings
    try {
      return await saveAndReplan(
        request,
        tools,
        connection,
        () => saveSettings(request.ctx, place, { ...changes, version }),
        words,
      )
    } catch (thrown) {
      if (thrown instanceof RollcallError && thrown.code === 'conflict') return await showConflict(request)
      throw thrown
    }
  }

export const configureStep: Step = { answer: 'open', run: openConfigure }

/** Whatever is chosen is counted at once. */
const CHANGES = [MATCH, FIELD, OPERATOR, VALUE, CHOICE, IDENTIFIER, RECOUNT]

export const configureListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: CONFIGURE, step: configureStep },
  { on: 'action', id: `${CONFIGURE}.turn`, step: { answer: 'turn', run: openConfigure } },
  ...CHANGES.map((id): Listener => ({ on: 'action', id, step: change() })),
  {
    on: 'action',
    id: ADD_QUERY,
    step: change((draft, value) => addRow(draft, value === '' ? null : Number(value))),
  },
  { on: 'action', id: ADD_GROUP, step: change(addGroup) },
  { on: 'action', id: REMOVE, step: change((draft, value) => removeRow(draft, Number(value))) },
  { on: 'action', id: START_OVER, step: change(removeAll) },
  { on: 'action', id: SEE_WHO, step: { answer: 'open', run: openWho } },
  { on: 'submit', id: CONFIGURE_FORM, run: save(tools) },
  ...configureChoiceListeners(),
  ...configureWhoListeners(),
]
