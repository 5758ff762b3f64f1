import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { z } from 'zod'
import { context, escapeText, modal, option, plain, section, truncate } from '../blocks.ts'
import { pickedValue } from './configure-draft.view.ts'
import type { FieldErrors, Form, FormValues } from './form.view.ts'

export const FIELDS_FORM = 'configure.fields'
export const OWNER = 'configure.owner'
export const UNMAPPED = 'configure.unmapped'
const NEW_FROM = { block: 'new_from', action: UNMAPPED }
const NEW_TO = { block: 'new_to', action: 'configure.new_to' }
const NEW_OWNER = { block: 'new_owner', action: OWNER }
export const NEW_TO_BLOCK = NEW_TO.block

export const RULE_NAMES = ['hr', 'hr_clear', 'fill', 'register', 'ask', 'ask_clear'] as const
export type RuleChoice = (typeof RULE_NAMES)[number]

const LABELS: Record<RuleChoice, string> = {
  hr: 'HR writes',
  hr_clear: 'HR writes · HR may clear',
  fill: 'HR fills only when empty',
  register: 'Register keeps',
  ask: 'Always ask',
  ask_clear: 'Always ask · HR may clear',
}
const UNMAP = 'unmap'
const OPTIONS = RULE_NAMES.map((name) => option(name, LABELS[name]))
const OPTIONS_OR_UNMAP = [...OPTIONS, option(UNMAP, 'Do not map it any more')]

/** A window takes 100 blocks; the standard fields and the new one need a quarter of them. */
const MAX_MAPPED = 70

export type FieldsState = {
  connectionId: string
  /** The mapping that the window was opened on. */
  seen: string
  standard: readonly { key: string; label: string; rule: RuleChoice }[]
  /** Requested HR fields, in their stored order. */
  mapped: readonly { label: string; to: string; rule: RuleChoice }[]
  /** Custom fields that HR delivered and that are not mapped yet. */
  unmapped: number
}

/** Every field with who decides over it: one line and one choice each. */
export function fieldsView(state: FieldsState): ModalView {
  const { connectionId, mapped, seen, standard } = state
  const hidden = mapped.length - MAX_MAPPED
  return modal({
    title: 'Fields and owners',
    callbackId: FIELDS_FORM,
    submit: 'Save',
    close: 'Back',
    metadata: { connectionId, seen },
    blocks: [
      context(
        'HR may clear: a blank in HR empties the field in the register too. Otherwise a blank changes nothing.',
      ),
      ...standard.map(({ key, label, rule }) => ownerBlock(`o:${key}`, label, rule, OPTIONS)),
      section('*Requested HR fields*'),
      ...mapped
        .slice(0, MAX_MAPPED)
        .map(({ label, to, rule }, at) => ownerBlock(`m:${at}`, `${label} → ${to}`, rule, OPTIONS_OR_UNMAP)),
      ...(hidden > 0 ? [context(`${hidden} more are kept as they are.`)] : []),
      ...newBlocks(state),
    ],
  })
}

function ownerBlock(blockId: string, words: string, rule: string, options: typeof OPTIONS): SectionBlock {
  const chosen = options.find(({ value }) => value === rule)
  return section(escapeText(truncate(words, 200)), {
    blockId,
    accessory: {
      type: 'static_select',
      action_id: OWNER,
      options,
      ...(chosen ? { initial_option: chosen } : {}),
    },
  })
}

function newBlocks({ mapped, unmapped }: FieldsState): KnownBlock[] {
  if (unmapped === 0) {
    return [context(`There is no ${mapped.length > 0 ? 'other ' : ''}HR field to map.`)]
  }
  return [
    {
      type: 'input',
      block_id: NEW_FROM.block,
      optional: true,
      label: plain('Map another HR field'),
      element: {
        type: 'external_select',
        action_id: NEW_FROM.action,
        placeholder: plain('Custom field'),
        min_query_length: 0,
      },
    },
    {
      type: 'input',
      block_id: NEW_TO.block,
      optional: true,
      label: plain('Stakeholder field'),
      hint: plain('How it is called in the register.'),
      element: { type: 'plain_text_input', action_id: NEW_TO.action, max_length: 50 },
    },
    ownerBlock(NEW_OWNER.block, 'Who decides over it', 'hr', OPTIONS),
  ]
}

const ruleChoice = z.enum(RULE_NAMES)
const fieldsMetadata = z.object({ connectionId: z.guid(), seen: z.string() })

export const parseFieldsMetadata = (metadata: string) => fieldsMetadata.parse(JSON.parse(metadata))

const chosenIn = (values: FormValues, block: string): string | undefined =>
  values[block]?.[OWNER]?.selected_option?.value

/** `mapped`: by position; `null` takes the mapping away. What is not named stays as it is. */
export function parseFields(values: FormValues) {
  const rules = new Map<string, RuleChoice>()
  const mapped = new Map<number, RuleChoice | null>()
  for (const block of Object.keys(values)) {
    const chosen = chosenIn(values, block)
    if (chosen === undefined) continue
    if (block.startsWith('o:')) rules.set(block.slice(2), ruleChoice.parse(chosen))
    if (block.startsWith('m:'))
      mapped.set(Number(block.slice(2)), chosen === UNMAP ? null : ruleChoice.parse(chosen))
  }
  return { rules, mapped, added: newMapping(values) }
}

function newMapping(values: FormValues) {
  const from = pickedValue(values[NEW_FROM.block]?.[NEW_FROM.action])
  const to = (values[NEW_TO.block]?.[NEW_TO.action]?.value ?? '').trim()
  if (from === null || to === '') return null
  const rule = ruleChoice.catch('hr').parse(chosenIn(values, NEW_OWNER.block))
  return { from, to, rule }
}

/** A new mapping takes both of its ends. */
export function checkFields({ values }: Form): FieldErrors | null {
  const from = pickedValue(values[NEW_FROM.block]?.[NEW_FROM.action])
  const to = (values[NEW_TO.block]?.[NEW_TO.action]?.value ?? '').trim()
  if (from !== null && to === '') return { [NEW_TO.block]: 'Name the stakeholder field that it goes to.' }
  if (from === null && to !== '') return { [NEW_FROM.block]: 'Choose the HR field that it comes from.' }
  return null
}
