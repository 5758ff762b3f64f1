import type { Context } from '../../sync/context.ts'
import type { ConditionTree } from '../../sync/core/conditions.ts'
import { listFieldProblems, listRequestedFields } from '../../sync/fields.ts'
import { identifierFigures } from '../../sync/identifier-figures.ts'
import { markOf } from '../../sync/mark.ts'
import { listOfferedChoices } from '../../sync/offered-choices.ts'
import type { Provider } from '../../sync/provider.ts'
import type { SettingsView } from '../../sync/settings.ts'
import { whatIf } from '../../sync/what-if.ts'
import type { ConfigureState, Scope } from './configure.view.ts'
import { type Draft, metadataOfDraft } from './configure-draft.view.ts'
import { rowsOf } from './configure-edit.ts'
import type { RequestedSummary } from './configure-requested.view.ts'
import { roomFor } from './configure-room.ts'
import { rowStates } from './configure-rows.ts'
import { ruleOf, UNTOUCHED } from './configure-rules.ts'
import { isToken, withoutTokens } from './configure-tokens.ts'
import { toTree } from './configure-tree.ts'

type Place = { companyId: string; connectionId: string }

/** A window as it stands, on the settings as they are stored now. */
export type Opened = {
  provider: Provider
  settings: SettingsView
  draft: Draft
  /** `stampOf` the settings that the window was opened on. */
  seen: string
  notice: string | null
}

/** Tells one state of the settings that Configure edits from another; what other screens save is not part of it. */
export const stampOf = ({ conditions, identifier }: SettingsView): string => markOf([conditions, identifier])

export async function configureState(ctx: Context, place: Place, opened: Opened): Promise<ConfigureState> {
  const { draft, notice, provider, seen, settings } = opened
  const tree = treeOf(opened)
  const rules = Object.values(settings.mapping.fields).map((rule) => rule && ruleOf(rule))
  return {
    label: provider.label,
    notice,
    unreadable: settings.conditions === null,
    match: draft.match,
    items: draft.items && rowStates(draft.items, settings.catalogue),
    room: roomFor(draft.items ?? []),
    scope: await scopeOf(ctx, place, settings, tree),
    identifier: draft.identifier,
    figures: await figuresOf(ctx, place, draft, tree),
    exceptions: rules.filter((rule) => rule !== undefined && rule !== UNTOUCHED).length,
    mapped: settings.mapping.custom.length,
    requested: await requestedOf(ctx, place, provider),
    connectionId: place.connectionId,
    metadata: metadataOfDraft({ connectionId: place.connectionId, seen }, draft),
  }
}

async function requestedOf({ db }: Context, place: Place, provider: Provider): Promise<RequestedSummary> {
  const fields = await listRequestedFields(db, place)
  const countOf = (state: string) => fields.filter((field) => field.state === state).length
  return {
    connected: countOf('connected'),
    waiting: countOf('requested'),
    declined: countOf('declined'),
    problems: await listFieldProblems(db, place, provider),
  }
}

/** `null`: not complete, or not usable. */
function treeOf({ draft, settings }: Opened): ConditionTree | null {
  if (draft.items === null) return settings.problems.length === 0 ? settings.conditions : null
  const check = toTree(draft, settings.catalogue)
  return check.ok ? check.tree : null
}

/** Counting is a help: that it fails must not take away what somebody entered. */
async function scopeOf(
  ctx: Context,
  place: Place,
  settings: SettingsView,
  tree: ConditionTree | null,
): Promise<Scope> {
  if (tree === null) return { state: 'incomplete' }
  try {
    const { after, before, inTotal, outTotal, people } = await whatIf(ctx, place, tree)
    const usable = settings.problems.length === 0
    return { state: 'counted', people, after, before: usable ? before : null, moved: inTotal + outTotal }
  } catch (err) {
    ctx.log.warn({ err }, 'unsaved conditions could not be counted')
    return { state: 'unknown' }
  }
}

async function figuresOf(
  ctx: Context,
  place: Place,
  { identifier }: Draft,
  tree: ConditionTree | null,
): Promise<ConfigureState['figures']> {
  try {
    return await identifierFigures(ctx, place, identifier, tree)
  } catch (err) {
    ctx.log.warn({ err }, 'an identifier could not be counted')
    return null
  }
}

/**
 * Long fields and values came back as tokens: they stand in the saved conditions, or are offered. A token that is of
 * none of them stays as it is, and `toTree` refuses it.
 */
export async function withOriginals(
  ctx: Context,
  place: Place,
  settings: SettingsView,
  draft: Draft,
): Promise<Draft> {
  const tokens = (it: Draft) => rowsOf(it).filter(({ values }) => values.some(({ value }) => isToken(value)))
  const saved: string[] = []
  JSON.stringify(settings.conditions, (_key, value) => {
    if (typeof value === 'string') saved.push(value)
    return value
  })
  const known = withoutTokens(draft, [...settings.catalogue.keys(), ...saved])
  const cached: string[] = []
  for (const { field } of tokens(known)) {
    const choices = await listOfferedChoices(ctx.db, { ...place, field: field?.value ?? '', limit: 10_000 })
    cached.push(...choices.map(({ value }) => value))
  }
  return cached.length === 0 ? known : withoutTokens(known, cached)
}
