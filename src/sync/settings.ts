import type { RawBuilder, SqlBool } from 'kysely'
import type { Db } from '../db/client.ts'
import { compileConditions } from '../db/conditions.ts'
import { findConnection } from '../db/connections.ts'
import { listCustomFields } from '../db/custom-fields.ts'
import { getLimits, getSyncSettings, lockLimits, updateLimits, updateSyncSettings } from '../db/settings.ts'
import { RollcallError } from '../errors.ts'
import { IDENTIFIERS, type Identifier } from '../model.ts'
import type { Context } from './context.ts'
import { type ConditionTree, conditionTreeSchema } from './core/conditions.ts'
import {
  type CheckedConditions,
  type ConditionOptions,
  type ConditionProblem,
  checkConditions,
} from './core/conditions-check.ts'
import { createCatalogue, type FieldCatalogue } from './core/conditions-fields.ts'
import { DEFAULT_LIMITS, LIMIT_KEYS, type Limits, limitsSchema } from './core/guard.ts'
import { type Mapping, mappingSchema } from './core/mapping.ts'
import { markOf } from './mark.ts'

type Place = { companyId: string; connectionId: string }

export type SettingsView = {
  identifier: Identifier
  /** `null`: what is saved cannot be read. That is never the same as no conditions. */
  conditions: ConditionTree | null
  mapping: Mapping
  /** Saved along with changes, so that one admin cannot write over another's unseen. */
  version: number
  /** Every field a condition can ask about now: the standard ones, and the custom ones that are connected. */
  catalogue: FieldCatalogue
  /** Saved conditions that can no longer be used, each in a sentence. Until they are mended no plan is drawn up. */
  problems: readonly ConditionProblem[]
}

export async function getSettings(db: Db, { companyId, connectionId }: Place): Promise<SettingsView> {
  const row = await getSyncSettings(db, companyId, connectionId)
  const conditions = toConditions(row.conditions)
  const catalogue = await getCatalogue(db, { companyId, connectionId })
  return {
    identifier: row.identifier,
    conditions,
    mapping: mappingSchema.parse(row.mapping),
    version: row.version,
    catalogue,
    problems: problemsOf(conditions, catalogue),
  }
}

/** The tree that was stored; `null` where it cannot be read: damaged, or of a newer version. */
export const toConditions = (stored: unknown): ConditionTree | null =>
  conditionTreeSchema.safeParse(stored).data ?? null

const UNREADABLE = 'The saved conditions (Sync if) cannot be read.'

function problemsOf(
  conditions: ConditionTree | null,
  catalogue: FieldCatalogue,
): readonly ConditionProblem[] {
  if (conditions === null) return [{ path: [], sentence: UNREADABLE }]
  const check = checkConditions(conditions, catalogue)
  return check.ok ? [] : check.problems
}

/** @throws RollcallError `bad_request` when they cannot be read */
export async function getSavedConditions(db: Db, { companyId, connectionId }: Place): Promise<ConditionTree> {
  const conditions = toConditions((await getSyncSettings(db, companyId, connectionId)).conditions)
  if (conditions !== null) return conditions
  throw new RollcallError('bad_request', UNREADABLE, {
    remedy:
      'Open Configure: the conditions start empty there. Until they are saved nothing is planned, and the register stays as it is.',
  })
}

/** Whether "Sync if" leaves anybody out, or could. */
export async function hasConditions(db: Db, { companyId, connectionId }: Place): Promise<boolean> {
  const conditions = toConditions((await getSyncSettings(db, companyId, connectionId)).conditions)
  return conditions === null || conditions.items.length > 0
}

export async function getCatalogue(db: Db, place: Place): Promise<FieldCatalogue> {
  return createCatalogue(await listCustomFields(db, place))
}

/**
 * Saves what an admin configured; plans drawn up before no longer hold. Changing the identifier never breaks a link.
 * @throws RollcallError `bad_request` for conditions that cannot be used, `conflict` when somebody saved since
 */
export async function saveSettings(
  ctx: Context,
  place: Place,
  change: { identifier?: Identifier; conditions?: ConditionTree; mapping?: Mapping; version: number },
): Promise<void> {
  if (change.conditions) getChecked(change.conditions, await getCatalogue(ctx.db, place))
  if (change.identifier && !IDENTIFIERS.includes(change.identifier))
    throw new RollcallError('bad_request', 'This is not an identifier.')
  const saved = await updateSyncSettings(ctx.db, place, {
    ...change,
    mapping: change.mapping && mappingSchema.parse(change.mapping),
    actor: ctx.actor,
    now: ctx.now,
  })
  if (!saved)
    throw new RollcallError('conflict', 'Somebody else saved these settings while you had them open.', {
      remedy: 'Nothing of yours was saved. Open Configure again to see theirs.',
    })
}

/** The brakes of a company: its own limits, and the defaults where it has none. */
export async function getCompanyLimits(db: Db, companyId: string): Promise<Limits> {
  return toLimits(await getLimits(db, companyId))
}

/** Tells one state of the limits from another. */
export const stampOfLimits = (limits: Limits): string =>
  markOf(LIMIT_KEYS.map((brake) => [limits[brake].absolute, limits[brake].percent]))

/**
 * Saves the brakes of a company; the plans of all its connections are drawn up anew.
 * @param change.seen `stampOfLimits` of those that the person had in front of them
 * @throws RollcallError `conflict` when somebody saved other limits since
 */
export async function saveLimits(
  ctx: Context,
  companyId: string,
  change: { limits: Limits; seen: string },
): Promise<void> {
  const own = LIMIT_KEYS.filter((brake) => !isSameLimit(change.limits[brake], DEFAULT_LIMITS[brake]))
  const limits = limitsSchema.parse(Object.fromEntries(own.map((brake) => [brake, change.limits[brake]])))
  await ctx.db.transaction().execute(async (trx) => {
    const now = toLimits(await lockLimits(trx, companyId))
    if (stampOfLimits(now) !== change.seen)
      throw new RollcallError('conflict', 'Somebody else changed the limits while you had them open.', {
        remedy: 'Nothing of yours was saved. Open Limits again to see theirs.',
      })
    await updateLimits(trx, companyId, limits, ctx)
  })
}

const toLimits = (stored: unknown): Limits => ({ ...DEFAULT_LIMITS, ...limitsSchema.parse(stored) })
const isSameLimit = (a: Limits[keyof Limits], b: Limits[keyof Limits]) =>
  a.absolute === b.absolute && a.percent === b.percent

export type Checked = { checked: CheckedConditions; predicate: RawBuilder<SqlBool> }

const MEND_SAVED =
  'Open Configure and mend the condition; until then nothing is planned, and the register stays as it is.'
const MEND_UNSAVED = 'Mend the condition in Configure. The saved conditions still hold.'

/** @throws RollcallError `bad_request` that names every condition that cannot be used */
export function getChecked(
  tree: ConditionTree,
  catalogue: FieldCatalogue,
  remedy = MEND_UNSAVED,
): CheckedConditions {
  const check = checkConditions(tree, catalogue)
  if (check.ok) return check.conditions
  throw new RollcallError('bad_request', check.problems.map(({ sentence }) => sentence).join(' '), { remedy })
}

/** What every answer about conditions rests on besides them, so that plan, preview and explanation agree. */
export async function conditionOptions(db: Db, place: Place, now: Date): Promise<ConditionOptions> {
  const connection = await findConnection(db, place.companyId, place.connectionId)
  return { today: calendarDay(now), held: connection?.held_fields ?? [] }
}

/** "Sync if" of the saved settings, checked and compiled for `cached_employee as c`. */
export async function savedConditions(db: Db, place: Place, now: Date): Promise<Checked> {
  return await checkedConditions(db, place, await getSavedConditions(db, place), now, MEND_SAVED)
}

/** The same of conditions that nobody saved. */
export async function checkedConditions(
  db: Db,
  place: Place,
  tree: ConditionTree,
  now: Date,
  remedy = MEND_UNSAVED,
): Promise<Checked> {
  const checked = getChecked(tree, await getCatalogue(db, place), remedy)
  return { checked, predicate: compileConditions(checked, await conditionOptions(db, place, now)) }
}

/** The calendar day that "today" is for conditions: one day for everybody, in UTC. */
export const calendarDay = (now: Date): string => now.toISOString().slice(0, 10)
