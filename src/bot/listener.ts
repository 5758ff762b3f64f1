import type { ModalView, PlainTextOption } from '@slack/types'
import type { Message } from './blocks.ts'
import type { Request } from './request.ts'
import type { FieldErrors, Form } from './screens/form.view.ts'

/**
 * What a screen registers: values, not calls. A listener says how Slack is answered at once and what to do
 * next; `dispatch.ts` owns the ack, its timing, permission, the company and the words of failures.
 */
export type Listener =
  | { on: 'command'; id: string; route: (words: string) => Step }
  | { on: 'action'; id: string; step: Step }
  /** A button that opens a page, or a field that is read with its form: it is acknowledged, and that is all. */
  | { on: 'link'; id: string }
  /** A select that asks while somebody types; `value` is what they typed, `blockId` says which select it is. */
  | {
      on: 'options'
      id: string
      run: (request: Request, blockId: string) => Promise<readonly PlainTextOption[]>
    }
  | { on: 'submit'; id: string; check?: (form: Form) => FieldErrors | null; run: Run<FormAnswer> }

export type Step =
  /**
   * `open` puts a window on top of what is there; `turn` changes the window that the button is in; `redraw` does
   * the same to a form that somebody is filling in.
   */
  | { answer: 'open' | 'turn' | 'redraw'; run: Run<WindowAnswer>; everyone?: true }
  /** Answers with a message, or with nothing where Home or a message already shows the result. */
  | { answer: 'message'; run: Run<MessageAnswer>; everyone?: true }

type Run<Answer> = (request: Request) => Promise<Answer>

/** `private`: only the person who clicked sees it, wherever they clicked. */
export type PrivateAnswer = { show: 'private'; message: Message }
export type WindowAnswer = { show: 'window'; view: ModalView } | PrivateAnswer
/** `errors`: at the fields of the form, which stays; `view` is shown where Slack could not wait for them. */
export type FormAnswer = WindowAnswer | { show: 'errors'; errors: FieldErrors; view: ModalView }
/** `instead`: takes the place of the message that was clicked. */
export type MessageAnswer = PrivateAnswer | { show: 'instead'; message: Message } | { show: 'nothing' }

export const showWindow = (view: ModalView): WindowAnswer => ({ show: 'window', view })
export const showPrivately = (message: Message): PrivateAnswer => ({ show: 'private', message })
export const showInstead = (message: Message): MessageAnswer => ({ show: 'instead', message })
export const showNothing: MessageAnswer = { show: 'nothing' }
