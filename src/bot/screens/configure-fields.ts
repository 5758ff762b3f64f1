import type { PlainTextOption } from '@slack/types'
import { RollcallError } from '../../errors.ts'
import { STANDARD_FIELD_KEYS, STANDARD_FIELDS } from '../../model.ts'
import { customFieldId, type FieldCatalogue, fieldLabel } from '../../sync/core/conditions-fields.ts'
import { foldText } from '../../sync/core/conditions-text.ts'
import type { Mapping } from '../../sync/core/mapping.ts'
import { markOf } from '../../sync/mark.ts'
import { getSettings, type SettingsView, saveSettings } from '../../sync/settings.ts'
import { option } from '../blocks.ts'
import { type FormAnswer, type Listener, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import { FIELDS } from './configure.view.ts'
import {
  checkFields,
  FIELDS_FORM,
  fieldsView,
  NEW_TO_BLOCK,
  OWNER,
  parseFields,
  parseFieldsMetadata,
  UNMAPPED,
} from './configure-fields.view.ts'
import { saveAndReplan } from './configure-replan.ts'
import { ruleOf, UNTOUCHED, withRule } from './configure-rules.ts'
import { nothingChangedView } from './configure-saved.view.ts'
import { tokenOf } from './configure-tokens.ts'
import { connectionNamed } from './which-connection.ts'

const stampOf = ({ mapping }: SettingsView): string => markOf(mapping)

async function settingsOf(request: Request, connectionId: string) {
  const connection = await connectionNamed(request, connectionId)
  const place = { companyId: request.companyId, connectionId }
  return { connection, place, settings: await getSettings(request.ctx.db, place) }
}

function viewOf(connectionId: string, settings: SettingsView) {
  const { catalogue, mapping } = settings
  return fieldsView({
    connectionId,
    seen: stampOf(settings),
    standard: STANDARD_FIELD_KEYS.map((key) => {
      const rule = mapping.fields[key]
      return { key, label: STANDARD_FIELDS[key].label, rule: rule ? ruleOf(rule) : UNTOUCHED }
    }),
    mapped: mapping.custom.map((field) => ({
      label: fieldLabel(`custom:${field.from}`, catalogue),
      to: field.label,
      rule: ruleOf(field),
    })),
    unmapped: unmappedIds(catalogue, mapping).length,
  })
}

function unmappedIds(catalogue: FieldCatalogue, { custom }: Mapping): string[] {
  const ids = [...catalogue.keys()].map(customFieldId).filter((id) => id !== null)
  return ids.filter((id) => !custom.some(({ from }) => from === id))
}

async function openFields(request: Request): Promise<WindowAnswer> {
  const { settings } = await settingsOf(request, request.value)
  return showWindow(viewOf(request.value, settings))
}

async function unmappedChoices(request: Request): Promise<PlainTextOption[]> {
  const { settings } = await settingsOf(request, parseFieldsMetadata(metadataOf(request)).connectionId)
  const { catalogue, mapping } = settings
  return unmappedIds(catalogue, mapping)
    .map((id) => ({ id, label: fieldLabel(`custom:${id}`, catalogue) }))
    .filter(({ label }) => foldText(label).includes(foldText(request.value)))
    .map(({ id, label }) => option(tokenOf(id), label))
}

const save =
  (tools: Tools) =>
  async (request: Request): Promise<FormAnswer> => {
    const { connectionId, seen } = parseFieldsMetadata(metadataOf(request))
    const { connection, place, settings } = await settingsOf(request, connectionId)
    if (seen !== stampOf(settings))
      throw new RollcallError('conflict', 'Somebody else saved the fields while you had them open.', {
        remedy: 'Nothing of yours was saved. Open Fields and owners again to see theirs.',
      })
    const mapping = changedMapping(settings, parseFields(valuesOf(request)))
    if (mapping === null) {
      const sentence = 'There is a stakeholder field of this name already. Choose another name.'
      return { show: 'errors', errors: { [NEW_TO_BLOCK]: sentence }, view: viewOf(connectionId, settings) }
    }
    if (JSON.stringify(mapping) === JSON.stringify(settings.mapping)) return showWindow(nothingChangedView())
    const { version } = settings
    return await saveAndReplan(
      request,
      tools,
      connection,
      () => saveSettings(request.ctx, place, { mapping, version }),
      [],
    )
  }

/** Only what differs from "HR writes" is stored. `null`: the new name is taken. */
function changedMapping(
  { catalogue, mapping }: SettingsView,
  { added, mapped, rules }: ReturnType<typeof parseFields>,
): Mapping | null {
  const fields: Record<string, Mapping['fields'][keyof Mapping['fields']]> = {}
  for (const key of STANDARD_FIELD_KEYS) {
    const stored = mapping.fields[key]
    const name = rules.get(key)
    const rule = name === undefined ? stored : withRule(stored, name)
    if (rule && (stored || ruleOf(rule) !== UNTOUCHED)) fields[key] = rule
  }
  const custom = mapping.custom.flatMap((field, at) => {
    const name = mapped.get(at)
    return name === null ? [] : [name === undefined ? field : { ...field, ...withRule(field, name) }]
  })
  if (added === null) return { version: 1, fields, custom }
  if (custom.some(({ to }) => foldText(to) === foldText(added.to))) return null
  const from = unmappedIds(catalogue, { ...mapping, custom }).find((id) => tokenOf(id) === added.from)
  if (from === undefined)
    throw new RollcallError('not_found', 'HR does not deliver this field any more.', {
      remedy: 'Open Fields and owners again.',
    })
  const { owner, mayClear } = withRule(undefined, added.rule)
  return {
    version: 1,
    fields,
    custom: [...custom, { owner, mayClear, from, to: added.to, label: added.to }],
  }
}

export const configureFieldsListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: FIELDS, step: { answer: 'open', run: openFields } },
  { on: 'link', id: OWNER },
  { on: 'options', id: UNMAPPED, run: unmappedChoices },
  { on: 'submit', id: FIELDS_FORM, check: checkFields, run: save(tools) },
]
