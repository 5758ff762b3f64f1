import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  ConfirmationDialog,
  ContextBlock,
  HeaderBlock,
  HomeView,
  KnownBlock,
  ModalView,
  MrkdwnElement,
  Overflow,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
  SectionBlockAccessory,
} from '@slack/types'

/** What a message says: `text` is complete in itself, for notifications and screen readers. */
export type Message = { text: string; blocks: KnownBlock[] }

const LIMITS = {
  section: 3000,
  header: 150,
  button: 75,
  option: 75,
  title: 24,
  confirm: 300,
  context: 2000,
  text: 3900,
}

/** Cut to `max` characters, an ellipsis in place of what is missing, and never half a character. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`
}

// A zero-width space beside a formatting mark keeps Slack from reading it as one.
const FORMATTING = /[*_~`]/g

/** Words of people inside mrkdwn: no mention, link or formatting can come out of them. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(FORMATTING, (mark) => `\u200B${mark}\u200B`)
}

/** Slack refuses empty text, and a person's words may be blank. */
export const plain = (text: string, max = LIMITS.section): PlainTextElement => ({
  type: 'plain_text',
  text: truncate(text.trim() === '' ? '–' : text, max),
  emoji: false,
})

export const mrkdwn = (text: string, max = LIMITS.section): MrkdwnElement => ({
  type: 'mrkdwn',
  text: truncate(text, max),
})

type SectionOptions = { blockId?: string; accessory?: SectionBlockAccessory | undefined }

/** Our own words, formatted. What people typed goes through `escapeText`, or better into `plainSection`. */
export const section = (text: string, options: SectionOptions = {}): SectionBlock =>
  sectionOf(mrkdwn(text), options)

/** Words of people, shown exactly as they were typed. */
export const plainSection = (text: string, options: SectionOptions = {}): SectionBlock =>
  sectionOf(plain(text), options)

const sectionOf = (text: MrkdwnElement | PlainTextElement, options: SectionOptions): SectionBlock => ({
  type: 'section',
  text,
  ...(options.blockId === undefined ? {} : { block_id: options.blockId }),
  ...(options.accessory === undefined ? {} : { accessory: options.accessory }),
})

export const context = (text: string): ContextBlock => ({
  type: 'context',
  elements: [mrkdwn(text, LIMITS.context)],
})

export const plainContext = (text: string): ContextBlock => ({
  type: 'context',
  elements: [plain(text, LIMITS.context)],
})

export const header = (text: string): HeaderBlock => ({ type: 'header', text: plain(text, LIMITS.header) })

export const divider: KnownBlock = { type: 'divider' }

/** No block at all when there is nothing to press: Slack refuses an empty one. */
export function actions(...elements: (ActionsBlockElement | null)[]): ActionsBlock[] {
  const present = elements.filter((element) => element !== null)
  return present.length === 0 ? [] : [{ type: 'actions', elements: present }]
}

export type ButtonOptions = {
  value?: string
  url?: string
  style?: 'primary' | 'danger'
  confirm?: ConfirmationDialog
  /** For screen readers, where the label alone does not say what the button is about. */
  says?: string
}

export const button = (actionId: string, label: string, options: ButtonOptions = {}): Button => ({
  type: 'button',
  action_id: actionId,
  text: plain(label, LIMITS.button),
  ...(options.value === undefined || options.value === '' ? {} : { value: options.value }),
  ...(options.url === undefined ? {} : { url: options.url }),
  ...(options.style === undefined ? {} : { style: options.style }),
  ...(options.confirm === undefined ? {} : { confirm: options.confirm }),
  ...(options.says === undefined ? {} : { accessibility_label: truncate(options.says, LIMITS.button) }),
})

export const confirmDialog = (
  words: { title: string; text: string; yes: string; no: string },
  style: 'primary' | 'danger' = 'primary',
): ConfirmationDialog => ({
  title: plain(words.title, 100),
  text: plain(words.text, LIMITS.confirm),
  confirm: plain(words.yes, 30),
  deny: plain(words.no, 30),
  style,
})

export const option = (value: string, label: string, description?: string): PlainTextOption => ({
  value,
  text: plain(label, LIMITS.option),
  ...(description === undefined || description === ''
    ? {}
    : { description: plain(description, LIMITS.option) }),
})

/** The "…" of rarely used acts; Slack takes at most five. */
export const overflow = (actionId: string, options: PlainTextOption[]): Overflow => ({
  type: 'overflow',
  action_id: actionId,
  options,
})

/** A message from its blocks; notifications and screen readers get `text`, without the marks of bold numbers. */
export const message = (text: string, blocks: KnownBlock[]): Message => ({
  text: truncate(text.replaceAll('*', ''), LIMITS.text),
  blocks,
})

/** A message of one paragraph, formatted. */
export const paragraph = (text: string): Message => message(text, [section(text)])

export type ModalOptions = {
  title: string
  blocks: KnownBlock[]
  callbackId?: string
  submit?: string
  close?: string
  /** Ids and positions only: it travels through the client and back. */
  metadata?: unknown
}

export const modal = (options: ModalOptions): ModalView => ({
  type: 'modal',
  title: plain(options.title, LIMITS.title),
  close: plain(options.close ?? 'Close', LIMITS.title),
  ...(options.submit === undefined ? {} : { submit: plain(options.submit, LIMITS.title) }),
  ...(options.callbackId === undefined ? {} : { callback_id: options.callbackId }),
  ...(options.metadata === undefined ? {} : { private_metadata: JSON.stringify(options.metadata) }),
  blocks: options.blocks,
})

export const homeTab = (blocks: KnownBlock[]): HomeView => ({ type: 'home', blocks })
