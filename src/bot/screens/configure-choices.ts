import type { PlainTextOption } from '@slack/types'
import type { FieldChoice } from '../../db/conditions.ts'
import { STATUS_LABELS, STATUSES } from '../../model.ts'
import { customFieldId, type FieldCatalogue } from '../../sync/core/conditions-fields.ts'
import { foldText } from '../../sync/core/conditions-text.ts'
import { listOfferedChoices } from '../../sync/offered-choices.ts'
import { getSettings } from '../../sync/settings.ts'
import { option } from '../blocks.ts'
import type { Listener } from '../listener.ts'
import { metadataOf, type Request } from '../request.ts'
import { CHOICE, FIELD, fieldOfValueBlock, parseConfigure } from './configure-draft.view.ts'
import { tokenOf } from './configure-tokens.ts'
import { hasTextParts } from './configure-tree.ts'
import { connectionNamed } from './which-connection.ts'
import { count, plural } from './words.view.ts'

/** One less than Slack takes: what was typed may be offered besides. */
const MAX_OFFERED = 99
/** Longer ones cannot be stored in a condition. */
const MAX_STORED = 500

async function settingsOf(request: Request) {
  const { connectionId } = parseConfigure(metadataOf(request), {})
  await connectionNamed(request, connectionId)
  const place = { companyId: request.companyId, connectionId }
  return { place, settings: await getSettings(request.ctx.db, place) }
}

/** Fields of this connection, standard ones first, by what was typed. */
async function fieldChoices(request: Request): Promise<PlainTextOption[]> {
  const { settings } = await settingsOf(request)
  const typed = foldText(request.value)
  return [...settings.catalogue]
    .filter(([, { label }]) => foldText(label).includes(typed))
    .map(([key, { label }]) =>
      option(tokenOf(key), label, customFieldId(key) === null ? undefined : 'Requested HR field'),
    )
}

/** Values that people have, then those that can be chosen in the HR system, and the very words that were typed. */
async function valueChoices(request: Request, block: string): Promise<PlainTextOption[]> {
  const { place, settings } = await settingsOf(request)
  const named = fieldOfValueBlock(block)
  const field = [...settings.catalogue.keys()].find((key) => tokenOf(key) === named)
  if (field === undefined) return []
  const found = await listOfferedChoices(request.ctx.db, {
    ...place,
    field,
    search: request.value,
    limit: MAX_OFFERED,
  })
  const choices = found.filter(({ value }) => value.length <= MAX_STORED)
  return [
    ...choices.map(offered),
    ...absent(field, request.value.trim(), choices).map((choice) =>
      tokenOf(choice.value) === choice.value ? offered(choice) : tooLong(choice, field, settings.catalogue),
    ),
  ]
}

const offered = ({ value, label, people }: FieldChoice): PlainTextOption =>
  option(tokenOf(value), label, people === 0 ? 'Nobody has this now' : peopleWords(people))

/** Slack shows no words beside its options, so the reason stands as one. Save refuses it: nothing resolves its token. */
const tooLong = ({ value }: FieldChoice, field: string, catalogue: FieldCatalogue): PlainTextOption =>
  option(
    tokenOf(value),
    'Nobody has this, and it is too long for this menu',
    hasTextParts(field, catalogue)
      ? 'Compare by “contains” or “starts with” instead'
      : 'Choose a value that somebody has',
  )

/** A condition may ask for a value before anybody has it; of statuses, only for those there are. */
function absent(field: string, typed: string, choices: readonly FieldChoice[]): FieldChoice[] {
  const isOffered = (value: string) => choices.some((it) => foldText(it.value) === foldText(value))
  if (field === 'status') {
    return STATUSES.filter(
      (status) => !isOffered(status) && foldText(STATUS_LABELS[status]).includes(foldText(typed)),
    ).map((status) => ({ value: status, label: STATUS_LABELS[status], people: 0 }))
  }
  if (foldText(typed) === '' || isOffered(typed)) return []
  return [{ value: typed, label: typed, people: 0 }]
}

const peopleWords = (people: number): string => `${count(people)} ${plural(people, 'person', 'people')}`

export const configureChoiceListeners = (): Listener[] => [
  { on: 'options', id: FIELD, run: fieldChoices },
  { on: 'options', id: CHOICE, run: valueChoices },
]
