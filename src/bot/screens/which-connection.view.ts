import type { ModalView } from '@slack/types'
import { button, context, escapeText, modal, section } from '../blocks.ts'
import { count } from './words.view.ts'

const MAX_LISTED = 90

/** Which of several HR systems is meant: one line and one button each. */
export function chooseConnectionView(
  actionId: string,
  connections: readonly { connectionId: string; label: string }[],
): ModalView {
  const rest = connections.length - MAX_LISTED
  return modal({
    title: 'Which HR system?',
    close: 'Cancel',
    blocks: [
      ...connections.slice(0, MAX_LISTED).map(({ connectionId, label }) =>
        section(escapeText(label), {
          accessory: button(`${actionId}.turn`, 'Choose', { value: connectionId, says: `Choose ${label}` }),
        }),
      ),
      ...(rest > 0 ? [context(`${count(rest)} more are not shown: open them from Home.`)] : []),
    ],
  })
}
