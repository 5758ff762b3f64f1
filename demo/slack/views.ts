import { withIds } from './block-kit/identify.ts'
import type { ParsedView } from './block-kit/surfaces.ts'
import { anyView } from './block-kit/surfaces.ts'
import { appId, botId, team } from './seed.ts'
import { SlackError } from './slack-error.ts'
import { checkTrigger, spendTrigger } from './triggers.ts'
import type { OpenView } from './types.ts'
import { errorLines, errorsIn, validateView } from './validate.ts'
import { formValues } from './values.ts'
import { changed, getUser, nextHash, nextId, type Workspace } from './workspace.ts'

/** The view an app opened and two pushed on it. */
const maxStack = 3

export function parseView(raw: unknown): ParsedView {
  const problems = errorsIn(validateView(raw))
  const [first] = problems
  if (first) {
    throw new SlackError(first.code, [
      '[ERROR] failed to match all allowed schemas [json-pointer:/view]',
      ...errorLines(problems, '/view'),
    ])
  }
  return anyView.parse(raw)
}

export const stackOf = (ws: Workspace, userId: string): OpenView[] => ws.stacks.get(userId) ?? []

export const topView = (ws: Workspace, userId: string): OpenView | null => stackOf(ws, userId).at(-1) ?? null

export function openView(ws: Workspace, triggerId: string, raw: unknown): OpenView {
  const view = parseModal(raw)
  checkExternalId(ws, view, null)
  const userId = spendTrigger(ws, triggerId)
  const opened = placeView(ws, userId, view, null)
  ws.stacks.set(userId, [opened])
  changed(ws)
  return opened
}

export function pushView(ws: Workspace, triggerId: string, raw: unknown): OpenView {
  const view = parseModal(raw)
  checkExternalId(ws, view, null)
  const userId = checkTrigger(ws, triggerId)
  checkRoom(ws, userId)
  spendTrigger(ws, triggerId)
  return pushOnStack(ws, userId, view)
}

/** Also the road of `response_action: push`, which needs no trigger. */
export function pushOnStack(ws: Workspace, userId: string, view: ParsedView): OpenView {
  checkRoom(ws, userId)
  const stack = stackOf(ws, userId)
  const pushed = placeView(ws, userId, view, stack.at(-1) ?? null)
  ws.stacks.set(userId, [...stack, pushed])
  changed(ws)
  return pushed
}

function checkRoom(ws: Workspace, userId: string) {
  const { length } = stackOf(ws, userId)
  if (length === 0) throw new SlackError('invalid_trigger_id', ['[ERROR] no modal is open to push onto'])
  if (length >= maxStack) throw new SlackError('push_limit_reached')
}

export function updateView(
  ws: Workspace,
  by: { viewId?: string | undefined; externalId?: string | undefined; hash?: string | undefined },
  raw: unknown,
): OpenView {
  const view = parseView(raw)
  const target = allViews(ws).find((it) =>
    by.viewId === undefined ? it.view.external_id === by.externalId : it.id === by.viewId,
  )
  if (!target || (by.viewId === undefined && by.externalId === undefined)) throw new SlackError('not_found')
  if (by.hash !== undefined && by.hash !== target.hash) throw new SlackError('hash_conflict')
  if (view.type !== target.view.type) {
    throw new SlackError('invalid_arguments', [
      `[ERROR] a ${target.view.type} view stays one [json-pointer:/view/type]`,
    ])
  }
  checkExternalId(ws, view, target)
  return replaceView(ws, target, view)
}

export function publishHome(ws: Workspace, userId: string, raw: unknown, hash?: string): OpenView {
  const view = parseView(raw)
  if (view.type !== 'home') {
    throw new SlackError('invalid_arguments', ['[ERROR] must be one of: home [json-pointer:/view/type]'])
  }
  getUser(ws, userId)
  const before = ws.homes.get(userId) ?? null
  if (hash !== undefined && hash !== before?.hash) throw new SlackError('hash_conflict')
  checkExternalId(ws, view, before)
  if (before) return replaceView(ws, before, view)
  const home = placeView(ws, userId, view, null)
  ws.homes.set(userId, home)
  changed(ws)
  return home
}

export function replaceView(ws: Workspace, target: OpenView, { blocks, ...view }: ParsedView): OpenView {
  target.blocks = withIds(blocks, () => nextId(ws, 'b'))
  target.view = view
  target.values = formValues(target.blocks, target.values)
  target.hash = nextHash(ws)
  changed(ws)
  return target
}

function placeView(
  ws: Workspace,
  userId: string,
  { blocks: raw, ...view }: ParsedView,
  below: OpenView | null,
): OpenView {
  const id = nextId(ws, 'V')
  const blocks = withIds(raw, () => nextId(ws, 'b'))
  return {
    id,
    userId,
    hash: nextHash(ws),
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    view,
    blocks,
    values: formValues(blocks),
  }
}

function parseModal(raw: unknown): ParsedView {
  const view = parseView(raw)
  if (view.type === 'modal') return view
  throw new SlackError('invalid_arguments', ['[ERROR] must be one of: modal [json-pointer:/view/type]'])
}

const allViews = (ws: Workspace): OpenView[] => [...ws.homes.values(), ...[...ws.stacks.values()].flat()]

function checkExternalId(ws: Workspace, view: ParsedView, self: OpenView | null) {
  const { external_id: id } = view
  if (!id) return
  if (allViews(ws).some((it) => it !== self && it.view.external_id === id)) {
    throw new SlackError('duplicate_external_id')
  }
}

/** The view as Slack writes it in answers and payloads. */
export function viewPayload(open: OpenView) {
  const { view } = open
  const modal = view.type === 'modal' ? view : null
  return {
    id: open.id,
    team_id: team.id,
    type: view.type,
    blocks: open.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    external_id: view.external_id ?? '',
    state: { values: open.values },
    hash: open.hash,
    title: modal?.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    submit: modal?.submit ?? null,
    close: modal?.close ?? null,
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
    previous_view_id: open.previousId,
    root_view_id: open.rootId,
    app_id: appId,
    app_installed_team_id: team.id,
    bot_id: botId,
  }
}
