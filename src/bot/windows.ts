import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { modal, section } from './blocks.ts'
import type { Origin } from './request.ts'
import { isSlackError } from './slack-errors.ts'

/** A window on somebody's screen; `hash` is given where a newer state of it must not be overwritten. */
export type Window = { viewId: string; hash: string | null }

export const loadingView = (): ModalView => modal({ title: 'Rollcall', blocks: [section('Loading…')] })

/**
 * Puts a window on the screen: over the one that is open, or on its own.
 * @returns null when Slack no longer takes the trigger, which lives 3 seconds
 */
export async function openWindow(
  slack: WebClient,
  origin: Origin,
  triggerId: string,
  view: ModalView,
): Promise<Window | null> {
  try {
    const place = { trigger_id: triggerId, view }
    const opened = await (origin.in === 'modal' ? slack.views.push(place) : slack.views.open(place))
    return { viewId: opened.view?.id ?? '', hash: opened.view?.hash ?? null }
  } catch (thrown) {
    // Three windows are all that Slack stacks: the top one gives way.
    if (origin.in === 'modal' && isSlackError(thrown, 'push_limit_reached')) {
      return { viewId: origin.viewId, hash: null }
    }
    if (isSlackError(thrown, 'expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id')) return null
    throw thrown
  }
}

/**
 * @param again how to draw the view anew when somebody, or a second click, changed the window meanwhile
 */
export async function updateWindow(
  slack: WebClient,
  window: Window,
  view: ModalView,
  again: () => Promise<ModalView> = async () => view,
): Promise<void> {
  const hash = window.hash === null ? {} : { hash: window.hash }
  try {
    await slack.views.update({ view_id: window.viewId, ...hash, view })
  } catch (thrown) {
    if (isSlackError(thrown, 'not_found', 'view_not_found')) return // closed meanwhile: nobody is looking
    if (!isSlackError(thrown, 'hash_conflict')) throw thrown
    await slack.views.update({ view_id: window.viewId, view: await again() })
  }
}
