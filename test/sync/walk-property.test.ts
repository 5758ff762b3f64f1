import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RollcallError } from '../../src/errors.ts'
import { APPLIED_KINDS, type Employee, type PlanKind } from '../../src/model.ts'
import { runApply } from '../../src/sync/apply.ts'
import { holdsOfChoice } from '../../src/sync/brakes.ts'
import { verifyChains } from '../../src/sync/chain.ts'
import type { ConditionTree } from '../../src/sync/core/conditions.ts'
import { OWNERS } from '../../src/sync/core/mapping.ts'
import { listDecisions, revoke } from '../../src/sync/decide.ts'
import { drawUpPlan } from '../../src/sync/draw-up.ts'
import { listJournal } from '../../src/sync/journal.ts'
import { leaveOut, takeBack } from '../../src/sync/leave-out.ts'
import { letFieldThrough } from '../../src/sync/lost-fields.ts'
import { type ChangeView, fieldChanges, listChanges, type PlanView } from '../../src/sync/plan.ts'
import { findConflict, resolveField, resolveMatch } from '../../src/sync/resolve.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import type { SyncView } from '../../src/sync/sync-view.ts'
import { previewUndo, type UndoChoice, undoSync } from '../../src/sync/undo.ts'
import { whatIf } from '../../src/sync/what-if.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt } from '../support/engine.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnection,
  seedStakeholder,
} from '../support/seed.ts'
import { expectOffersWhatItDoes } from '../support/undo.ts'
import {
  EMAILS,
  FIELDS,
  type Hr,
  hired,
  type Image,
  imageOf,
  read,
  seedTwoConnections,
  VALUES,
} from '../support/walk.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const HR_VERBS = ['edit', 'swap', 'leave', 'return', 'hire', 'rehire', 'vanish', 'show', 'break'] as const
const VERBS = [
  'retrieve',
  'write',
  'enter',
  'identifier',
  'rule',
  'conditions',
  'sync',
  'syncSome',
  'syncLate',
  'confirmOld',
  'undo',
  'undoLast',
  'answer',
  'leaveOut',
  'takeBack',
  'revoke',
  'letThrough',
] as const

/** What the small numbers mean is for each verb to say; smaller ones are simpler. */
type Step = {
  verb: (typeof HR_VERBS)[number] | (typeof VERBS)[number]
  at: 0 | 1
  who: number
  what: number
  to: number
}
const anyStep = (verbs: readonly Step['verb'][]): fc.Arbitrary<Step> =>
  fc.record({
    verb: fc.constantFrom(...verbs),
    at: fc.constantFrom(0, 0, 1),
    who: fc.nat(11),
    what: fc.nat(11),
    to: fc.nat(11),
  })
const anyWalk = (maxLength: number) =>
  fc.array(
    fc.oneof(
      { arbitrary: anyStep(HR_VERBS), weight: 4 },
      {
        arbitrary: anyStep([
          'edit',
          'retrieve',
          'retrieve',
          'sync',
          'syncSome',
          'syncLate',
          'answer',
          'answer',
        ]),
        weight: 4,
      },
      { arbitrary: anyStep(VERBS), weight: 4 },
    ),
    { maxLength, size: 'max' },
  )

const only = (...items: ConditionTree['items']): ConditionTree => ({ version: 1, match: 'all', items })
const CONDITIONS = [
  only(),
  only({ field: 'status', operator: 'is', value: 'active' }),
  only({ field: 'officeLocation', operator: 'is', value: 'London' }),
  only({ field: 'workEmail', operator: 'is_not_empty' }),
]

const isApplied = ({ kind }: { kind: PlanKind }) => (APPLIED_KINDS as readonly PlanKind[]).includes(kind)
/** The one at that place, going round. */
const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % items.length]

async function startWalk() {
  const places = await seedTwoConnections(database)
  const { companyId } = places[0]
  const engines = [engineAt(database, places[0]), engineAt(database, places[1])] as const
  const hr: [Hr, Hr] = [
    { people: new Map([1, 2, 3, 4, 5, 6].map((n) => [`${n}`, hired(n)])), gone: new Map() },
    { people: new Map([2, 9].map((n) => [`${n}`, hired(n, { firstName: `Other${n}` })])), gone: new Map() },
  ]
  for (const fields of [
    { firstName: 'Bea', workEmail: EMAILS[1] ?? '', jobTitle: 'Founder' },
    { firstName: 'Cy', lastName: 'Ode', workEmail: EMAILS[2] ?? '', status: 'left' },
    { firstName: 'Ivo', phone: '1' },
  ])
    await seedStakeholder(database.db, places[0], fields)
  for (const at of [0, 1] as const) await read(database, places[at], hr[at])

  const ctx = () => makeContext(database)
  const image = () => imageOf(database, places[0])
  /** As shown to somebody who has not pressed Confirm yet. */
  const shown: [PlanView[], PlanView[]] = [[], []]
  const done: { sync: SyncView; at: 0 | 1 }[] = []
  let byHand = false
  let hires = 20

  const rowsOf = async (planId: string) =>
    (await listChanges(database.db, companyId, planId, { offset: 0, limit: 1_000 })).items.toSorted(
      (a, b) => a.ordinal - b.ordinal,
    )

  async function look(whys: boolean) {
    const before = await image()
    await expectSoundLinks(before)
    const writers: string[] = []
    for (const at of [0, 1] as const) {
      const place = places[at]
      // Edits by hand of rows that a plan does not touch do not overtake it.
      const plan = byHand ? undefined : await engines[at].plan()
      const fresh = await drawUpPlan(ctx(), place)
      if (plan)
        expect((await rowsOf(plan.planId)).map(told), `the plan of ${at} does not hold`).toEqual(
          (await rowsOf(fresh!.plan_id)).map(told),
        )
      else expect((await drawUpPlan(ctx(), place))?.hash).toEqual(fresh?.hash)
      const view = await engines[at].plan()
      shown[at].push(view)
      const rows = await rowsOf(view.planId)
      await expectSoundRows(place, rows)
      if (whys) await expectSameWhy(place, view, rows)
      for (const row of rows.filter(isApplied)) {
        const linked = before.links.find(
          (link) => link.connection_id === place.connectionId && link.record_id === row.recordId,
        )
        if (linked && linked.stakeholder_id === row.stakeholderId) writers.push(linked.stakeholder_id)
      }
    }
    byHand = false
    expect(writers).toEqual([...new Set(writers)])
    expect(await image()).toEqual(before)
  }

  async function expectSoundLinks({ links, register }: Image) {
    const { rows: decided } = await database.pool.query<{ stakeholder_id: string }>(
      `select distinct stakeholder_id from match_decision
      where company_id = $1 and verdict in ('link', 'new_contract')`,
      [companyId],
    )
    const mayBeTwice = new Set(decided.map((row) => row.stakeholder_id))
    const seen = new Set<string>()
    for (const { connection_id, stakeholder_id } of links) {
      expect(register, 'a link to nobody').toHaveProperty(stakeholder_id)
      const pair = `${connection_id} ${stakeholder_id}`
      if (!mayBeTwice.has(stakeholder_id)) expect(seen, 'two records on one stakeholder').not.toContain(pair)
      seen.add(pair)
    }
  }

  async function expectSoundRows(place: Place, rows: readonly ChangeView[]) {
    const { identifier, mapping } = await getSettings(database.db, place)
    const decisions = (await listDecisions(database.db, companyId)).filter(
      ({ connectionId }) => connectionId === place.connectionId,
    )
    const { links } = await image()
    const written = rows.filter(isApplied)
    const ids = written.filter(({ kind }) => kind !== 'create').map(({ stakeholderId }) => stakeholderId)
    expect(ids, 'two rows for one stakeholder').toEqual([...new Set(ids)])
    const records = written.map(({ recordId }) => recordId)
    expect(records, 'two rows for one record').toEqual([...new Set(records)])
    for (const row of written) {
      const about = decisions.filter(({ recordId }) => recordId === row.recordId)
      const isOwn = (link: Image['links'][number]) =>
        link.connection_id === place.connectionId && link.record_id === row.recordId
      const decided = expect.objectContaining({ about: 'match' })
      if (!links.some(isOwn) && !row.person?.[identifier]?.trim())
        expect(about, 'a blank matched somebody').toContainEqual(decided)
      const theirs = links.filter((link) => link.stakeholder_id === row.stakeholderId)
      if (theirs.length > 0 && !theirs.some(isOwn))
        expect(about, "another record's stakeholder is taken").toContainEqual(decided)
      for (const [field, { before, after }] of Object.entries(row.fields)) {
        const { owner, mayClear } = mapping.fields[field as 'phone'] ?? { owner: 'hr', mayClear: false }
        const tookHr = about.some((it) => it.about === 'field' && it.field === field && it.verdict === 'hr')
        expect(owner, 'HR never writes it').not.toBe('register')
        if (owner === 'fill') expect(before).toBeNull()
        if (owner === 'ask' && row.kind !== 'create') expect(tookHr, 'nobody was asked').toBe(true)
        if (after === null) expect(mayClear || (field === 'endDate' && tookHr), 'a blank clears').toBe(true)
      }
    }
  }

  /** Of everybody, also of those who are not in the plan. */
  async function expectSameWhy(place: Place, plan: PlanView, rows: readonly ChangeView[]) {
    const { rows: cached } = await database.pool.query<{ record_id: string }>(
      `select record_id from cached_employee where connection_id = $1 order by record_id collate "C"`,
      [place.connectionId],
    )
    const toldByPlan = rows.map(told)
    const toldByWhy: ReturnType<typeof told>[] = []
    let unchanged = 0
    const whys = await Promise.all(cached.map(({ record_id }) => explainPerson(ctx(), place, record_id)))
    for (const change of whys.flatMap((why) => why?.changes ?? []))
      if (change.kind === 'unchanged') unchanged++
      else toldByWhy.push(told({ ...change, fields: fieldChanges(change.before, change.after) }))
    expect(toldByWhy).toEqual(toldByPlan)
    expect(plan.counts.unchanged).toBe(unchanged)
  }

  const told = (
    row: Pick<
      ChangeView,
      'recordId' | 'kind' | 'stakeholderId' | 'reason' | 'reasonText' | 'fields' | 'detail'
    >,
  ) => ({
    recordId: row.recordId,
    kind: row.kind,
    stakeholderId: row.kind === 'create' ? null : row.stakeholderId,
    reason: row.reason,
    reasonText: row.reasonText,
    fields: row.fields,
    detail: row.detail,
  })

  async function confirm(at: 0 | 1, view: PlanView, ordinals?: number[]) {
    const choice = ordinals && { ordinals }
    const answer = await engines[at].confirm(view, { ...choice })
    if (answer.outcome !== 'held') return answer
    const [hold] = await holdsOfChoice(database.db, companyId, answer.plan, ordinals)
    return await engines[at].confirm(view, { ...choice, knowingly: hold?.count ?? -1 })
  }

  const apply = async (at: 0 | 1, syncId: string) => {
    // The job may run twice.
    const [sync] = await Promise.all([0, 1].map(() => runApply(ctx(), { companyId, syncId })))
    done.push({ sync: sync!, at })
    return sync!
  }

  /** What the journal says was done is what was done, and nothing else. */
  async function expectWritten(before: Image, sync: SyncView, rows: readonly ChangeView[]) {
    const after = await image()
    const { items } = await listJournal(database.db, companyId, sync.syncId, { offset: 0, limit: 1_000 })
    expect(items.map(({ ordinal }) => ordinal).toSorted((a, b) => a - b)).toEqual(
      rows.filter(isApplied).map(({ ordinal }) => ordinal),
    )
    const expected = structuredClone(before.register)
    const links = new Map(
      before.links.map((link) => [`${link.connection_id} ${link.record_id}`, link.stakeholder_id]),
    )
    for (const { ordinal, outcome } of items) {
      if (outcome === 'skipped') continue
      const row = rows.find((it) => it.ordinal === ordinal)!
      const id = row.stakeholderId ?? ''
      const old = expected[id] ?? { fields: {}, version: 0 }
      const fields: Record<string, unknown> = { ...old.fields }
      for (const [key, change] of Object.entries(row.fields)) {
        if (outcome !== 'created')
          expect(old.fields[key] ?? null, 'an edit is written over').toEqual(change.before)
        if (change.after === null) delete fields[key]
        else fields[key] = change.after
      }
      expected[id] = {
        fields: fields as typeof old.fields,
        version: old.version + (outcome === 'linked' ? 0 : 1),
      }
      links.set(`${sync.connectionId} ${row.recordId}`, id)
    }
    expect(after.register).toEqual(expected)
    expect(
      new Map(after.links.map((link) => [`${link.connection_id} ${link.record_id}`, link.stakeholder_id])),
    ).toEqual(links)
    return items
  }

  async function sync({ at, to }: Step, chosen?: (row: ChangeView) => boolean) {
    const view = await engines[at].plan()
    if (view.toApply === 0) return
    const rows = (await rowsOf(view.planId)).filter(chosen ?? (() => true))
    if (rows.length === 0) return
    const before = await image()
    const answer = await confirm(at, view, chosen && rows.map(({ ordinal }) => ordinal))
    if (answer.outcome !== 'confirmed') throw new Error(`not confirmed: ${answer.outcome}`)
    const applied = await apply(at, answer.syncId)
    await expectWritten(before, applied, rows)
    expect(applied.counts.skipped).toBe(0)
    await expectSettled(at, rows)
    if (to % 3 === 0) await expectUndone(at, before, applied, view.hash)
  }

  /** Who was just written is not in the next plan again. */
  async function expectSettled(at: 0 | 1, rows: readonly ChangeView[]) {
    const written = rows.filter(isApplied).map(({ recordId }) => recordId)
    const next = await rowsOf((await engines[at].plan()).planId)
    expect(next.filter((row) => isApplied(row) && written.includes(row.recordId)).map(told)).toEqual([])
  }

  const bytes = ({ links, register }: Image) => ({
    links,
    register: Object.fromEntries(Object.entries(register).map(([id, { fields }]) => [id, fields])),
  })

  async function expectUndone(at: 0 | 1, before: Image, applied: SyncView, hash: string) {
    const { created, updated, linked } = applied.counts
    if (created + updated + linked === 0) return
    const after = await image()
    const undone = await undoSync(ctx(), { companyId, syncId: applied.syncId })
    expect(bytes(await image())).toEqual(bytes(before))
    expect((await engines[at].plan()).hash).toBe(hash)
    const redone = await undoSync(ctx(), { companyId, syncId: undone.syncId })
    expect(bytes(await image())).toEqual(bytes(after))
    done.push({ sync: undone, at }, { sync: redone, at })
  }

  /** Something happens between Confirm and the job. */
  async function syncLate(step: Step) {
    const { at, what } = step
    const view = await engines[at].plan()
    if (view.toApply === 0) return
    const rows = await rowsOf(view.planId)
    const answer = await confirm(at, view)
    if (answer.outcome !== 'confirmed') throw new Error(`not confirmed: ${answer.outcome}`)
    const planned = pick(rows.filter(isApplied), step.who)
    const writePlanned = () =>
      writeField(planned?.stakeholderId, Object.keys(planned?.fields ?? {})[0], 'Edited')
    const meanwhile = pick(
      [writePlanned, writePlanned, write, enter, undo, undoLast, answerConflict, retrieve, syncOther],
      what,
    )!
    await tolerant(() => meanwhile({ ...step, what: step.to }))
    const before = await image()
    await expectWritten(before, await apply(at, answer.syncId), rows)
  }
  const syncOther = (step: Step) => sync({ ...step, at: step.at === 0 ? 1 : 0, to: 1 })

  /** A plan that was shown some steps ago: what it told is written, or nothing. */
  async function confirmOld({ at, what }: Step) {
    const view = pick(shown[at].slice(-4), what)
    if (!view || byHand) return
    const before = await image()
    const answer = await confirm(at, view)
    if (answer.outcome !== 'confirmed') {
      expect(await image()).toEqual(before)
      return
    }
    const { rows: syncs } = await database.pool.query('select plan_id from sync where sync_id = $1', [
      answer.syncId,
    ])
    const rows = await rowsOf(syncs[0].plan_id)
    expect(rows.map(told)).toEqual((await rowsOf(view.planId)).map(told))
    await expectWritten(before, await apply(at, answer.syncId), rows)
    await expectSettled(at, rows)
  }

  async function undo({ who, what, to }: Step) {
    const some = pick(done, who)
    if (some) await undoSome(some, what, to)
  }
  async function undoLast({ what, to }: Step) {
    const last = done.at(-1)
    if (last) await undoSome(last, what, to)
  }
  async function undoSome({ sync: { syncId }, at }: (typeof done)[number], what: number, to: number) {
    const { items } = await listJournal(database.db, companyId, syncId, { offset: 0, limit: 1_000 })
    const row = pick(items, to)
    const field = row && pick(Object.keys(row.fields), to)
    const choice: UndoChoice = {
      ...(what % 3 > 0 && row && { ordinals: [row.ordinal] }),
      ...(what % 3 > 1 && field && { fields: [field] }),
    }
    const before = await image()
    const preview = await previewUndo(database.db, { companyId, syncId }, choice)
    await expectOffersWhatItDoes(database, { companyId, syncId })
    expect(await image()).toEqual(before)
    const undone = await undoSync(ctx(), { companyId, syncId }, choice)
    done.push({ sync: undone, at })
    const after = await image()
    const expected = structuredClone(before.register)
    for (const { ordinal, reversal } of preview) {
      if (reversal.outcome === 'kept') continue
      const id = await stakeholderOf(syncId, ordinal)
      if (reversal.outcome === 'removed') delete expected[id]
      else if (reversal.outcome === 'restored')
        expected[id] = { fields: withoutNull(reversal.after), version: 1 }
      else {
        const old = expected[id]!
        const moved = Object.keys(reversal.after).length > 0 ? 1 : 0
        expected[id] = {
          fields: withoutNull({ ...old.fields, ...reversal.after }),
          version: old.version + moved,
        }
      }
    }
    expect(after.register).toEqual(expected)
    if (to % 2 > 0) return
    const redone = await undoSync(ctx(), { companyId, syncId: undone.syncId })
    done.push({ sync: redone, at })
    expect(bytes(await image())).toEqual(bytes(before))
  }
  const withoutNull = (fields: object) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  const stakeholderOf = async (syncId: string, ordinal: number): Promise<string> => {
    const { rows } = await database.pool.query(
      'select stakeholder_id from journal where sync_id = $1 and ordinal = $2',
      [syncId, ordinal],
    )
    return rows[0].stakeholder_id
  }

  async function write({ who, what, to }: Step) {
    const id = pick(Object.keys(await readRegister(database.db, places[0])), who)
    const field = pick(FIELDS, what)!
    await writeField(id, field, pick(VALUES[field]!, to) ?? null)
  }
  async function writeField(id: string | null = null, field = 'phone', value: string | null = null) {
    await database.pool.query(
      'update stakeholder set fields = jsonb_strip_nulls(fields || $1), version = version + 1 where stakeholder_id = $2',
      [JSON.stringify({ [field]: value }), id],
    )
    byHand = true
  }
  async function enter({ what, to }: Step) {
    if (Object.keys(await readRegister(database.db, places[0])).length > 14) return
    const workEmail = pick(EMAILS, to) ?? ''
    await seedStakeholder(database.db, places[0], { firstName: pick(['Ana', 'Zoe'], what) ?? '', workEmail })
    byHand = true
  }
  async function retrieve({ at }: Step) {
    const before = await image()
    await read(database, places[at], hr[at])
    expect(await image()).toEqual(before)
  }

  async function answerConflict({ at, who, what, to }: Step) {
    const place = places[at]
    const asked = (await rowsOf((await engines[at].plan()).planId)).filter(({ kind }) => kind === 'conflict')
    const recordId = pick(asked, who)?.recordId
    const conflict = recordId && (await findConflict(ctx(), place, recordId))
    if (!conflict) return
    const { mark } = conflict
    const field = pick(Object.keys(conflict.fields), what)
    if (field) {
      const verdict = to % 2 === 0 ? 'hr' : 'register'
      const { outcome } = await resolveField(ctx(), place, { recordId, mark, field, verdict })
      expect(outcome).toBe('decided')
      expect((await findConflict(ctx(), place, recordId))?.fields ?? {}).not.toHaveProperty(field)
      return
    }
    if (conflict.choices.length === 0) return
    const choice = what % conflict.choices.length
    const { kind } = conflict.choices[choice]!
    const found = pick(Object.keys(await readRegister(database.db, places[0])), to) ?? null
    try {
      const { outcome } = await resolveMatch(ctx(), place, { recordId, mark, choice, found })
      expect(outcome).toBe('decided')
    } catch (thrown) {
      // Only who is found by name may belong to another record.
      if (kind === 'find' && thrown instanceof RollcallError && thrown.code === 'conflict') return
      throw thrown
    }
    const next = await findConflict(ctx(), place, recordId)
    expect(next?.mark, `asked again after ${kind}`).not.toBe(mark)
  }

  const somebody = async ({ at, who }: Step) => {
    const recordIds = [...hr[at].people.keys()]
    return pick(recordIds, who) ?? ''
  }

  const settingsOf = async (at: 0 | 1) => await getSettings(database.db, places[at])
  const hrVerbs: Record<
    (typeof HR_VERBS)[number],
    (people: Hr, step: Step, one: Employee | undefined) => void
  > = {
    edit: ({ people }, { what, to }, one) => {
      const field = pick(FIELDS, what)!
      if (one) people.set(one.recordId, { ...one, [field]: pick(VALUES[field]!, to) ?? null })
    },
    swap: ({ people }, { to }, one) => {
      const other = pick([...people.values()], to)
      if (!one || !other) return
      people.set(one.recordId, { ...one, workEmail: other.workEmail })
      people.set(other.recordId, { ...other, workEmail: one.workEmail })
    },
    leave: ({ people }, _, one) => {
      if (one) people.set(one.recordId, { ...one, status: 'left', endDate: '2026-10-31' })
    },
    return: ({ people }, _, one) => {
      if (one) people.set(one.recordId, { ...one, status: 'active', endDate: null })
    },
    hire: ({ people }, { to }) => {
      hires++
      if (people.size < 10)
        people.set(`${hires}`, hired(hires, { workEmail: pick(VALUES['workEmail']!, to) ?? null }))
    },
    rehire: ({ people }, _, one) => {
      hires++
      if (one && people.size < 10)
        people.set(`${hires}`, { ...one, recordId: `${hires}`, status: 'active', endDate: null })
    },
    vanish: ({ gone, people }, _, one) => {
      if (one && people.delete(one.recordId)) gone.set(one.recordId, one)
    },
    show: ({ gone, people }, { who }) => {
      const one = pick([...gone.values()], who)
      if (one && gone.delete(one.recordId)) people.set(one.recordId, one)
    },
    break: ({ people }, { to }, one) => {
      const broken = pick(
        [
          { startDate: 'soon' },
          { unread: ['workEmail', 'status'] as const },
          { startDate: '2024-03-01', unread: [] },
        ],
        to,
      )
      if (one) people.set(one.recordId, { ...one, ...broken })
    },
  }
  const verbs: Record<(typeof VERBS)[number], (step: Step) => Promise<unknown>> = {
    retrieve,
    write,
    enter,
    identifier: async ({ at, what }) => {
      const identifier = pick(['workEmail', 'employeeNumber', 'personalEmail'] as const, what)!
      await saveSettings(ctx(), places[at], { identifier, version: (await settingsOf(at)).version })
    },
    rule: async ({ at, what, to }) => {
      const { mapping, version } = await settingsOf(at)
      const rule = { owner: pick(OWNERS, to)!, mayClear: to > 5 }
      const fields = { ...mapping.fields, [pick(FIELDS, what)!]: rule }
      await saveSettings(ctx(), places[at], { mapping: { ...mapping, fields }, version })
    },
    conditions: async ({ at, what }) => {
      const conditions = pick(CONDITIONS, what)!
      const before = await image()
      const { after } = await whatIf(ctx(), places[at], conditions)
      expect(await image()).toEqual(before)
      await saveSettings(ctx(), places[at], { conditions, version: (await settingsOf(at)).version })
      expect((await engines[at].plan()).counts.meeting).toBe(after)
    },
    sync,
    syncSome: (step) => sync(step, ({ ordinal }) => ((step.what + 1) >> (ordinal % 4)) % 2 === 1),
    syncLate,
    confirmOld,
    undo,
    undoLast,
    answer: answerConflict,
    leaveOut: async (step) => leaveOut(ctx(), places[step.at], await somebody(step)),
    takeBack: async (step) => takeBack(ctx(), places[step.at], await somebody(step)),
    revoke: async ({ who }) => {
      const decision = pick(await listDecisions(database.db, companyId), who)
      if (decision) await revoke(ctx(), companyId, decision.decisionId)
    },
    letThrough: async ({ at, what }) => {
      await letFieldThrough(ctx(), places[at], pick(FIELDS, what)!)
    },
  }

  /** What cannot be done is refused in a plain sentence, and nothing is half done. */
  async function tolerant(work: () => Promise<unknown>) {
    const before = await image()
    try {
      await work()
    } catch (thrown) {
      if (!(thrown instanceof RollcallError)) throw thrown
      expect(['conflict', 'bad_request', 'not_found'], thrown.message).toContain(thrown.code)
      expect(thrown.message).toMatch(/^\S.*\.$/s)
      expect(await image()).toEqual(before)
    }
  }

  const WRITING: readonly Step['verb'][] = [
    'write',
    'enter',
    'sync',
    'syncSome',
    'syncLate',
    'confirmOld',
    'undo',
    'undoLast',
  ]
  const UNDOING: readonly Step['verb'][] = ['undo', 'undoLast', 'syncLate']

  await sync({ verb: 'sync', at: 0, who: 0, what: 0, to: 1 })
  return async (step: Step) => {
    const { at, verb, who } = step
    if (isHrVerb(verb)) {
      hrVerbs[verb](hr[at], step, pick([...hr[at].people.values()], who))
      return
    }
    const before = await image()
    await tolerant(() => verbs[verb](step))
    const after = await image()
    if (!WRITING.includes(verb)) expect(after).toEqual(before)
    if (!UNDOING.includes(verb))
      expect(Object.keys(after.register)).toEqual(expect.arrayContaining(Object.keys(before.register)))
    await look(step.to % 4 === 0)
  }
}

const isHrVerb = (verb: Step['verb']): verb is (typeof HR_VERBS)[number] =>
  (HR_VERBS as readonly Step['verb'][]).includes(verb)

/** More and longer walks, or one of before: `WALKS=200 WALK_STEPS=60 WALK_SEED=7 npx vitest run <this file>`. */
const { WALKS = '7', WALK_STEPS = '30', WALK_SEED } = process.env

test('whatever HR, the register and an admin do in whatever order, the promises hold after each step', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyWalk(Number(WALK_STEPS)), async (steps) => {
      const walk = await startWalk()
      for (const step of steps) await walk(step)
      for (const { firstBroken } of await verifyChains(database.db)) expect(firstBroken).toBeNull()
    }),
    { numRuns: Number(WALKS), ...(WALK_SEED !== undefined && { seed: Number(WALK_SEED) }) },
  )
})

describe('what a walk found', () => {
  test('somebody unlinked who was left out and then vanished: Why says what the plan says', async () => {
    const place = await seedConnection(database.db)
    await seedCache(database.db, place, [hired(1), hired(2)])
    await leaveOut(makeContext(database), place, '1')
    await seedCache(database.db, place, [hired(2)])
    const why = await explainPerson(makeContext(database), place, '1')
    const rows = (await engineAt(database, place).changes()).filter(({ recordId }) => recordId === '1')
    expect(rows.map(({ reason }) => reason)).toEqual(why?.changes.map(({ reason }) => reason))
  })

  test('a conflict names somebody of the other connection as they are called now', async () => {
    const [place, other] = await seedTwoConnections(database)
    await seedCache(database.db, place, [hired(1)])
    await engineAt(database, place).sync()
    await seedCache(database.db, other, [hired(1)])
    await engineAt(database, other).plan()
    await seedCache(database.db, place, [hired(1, { firstName: 'Ana' })])
    const [conflict] = await engineAt(database, other).changes()
    expect(conflict).toMatchObject({
      reason: 'two_connections',
      reasonText: expect.stringContaining('Ana Raman'),
    })
  })
})
