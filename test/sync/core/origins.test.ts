import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FieldValues, RegisterFields } from '../../../src/model.ts'
import { originsOf, type Written } from '../../../src/sync/core/origins.ts'

const row = (syncId: string, over: Partial<Written> = {}): Written => ({
  syncId,
  ordinal: 3,
  outcome: 'updated',
  before: {},
  after: {},
  undoes: null,
  ...over,
})
const written = (fields: FieldValues): RegisterFields =>
  Object.fromEntries(Object.entries(fields).filter((it): it is [string, string] => it[1] !== null))

const anyValues = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', null))
type Step = { kind: 'sync' | 'edit'; values: FieldValues }
const anySteps = fc.array(
  fc.record<Step>({ kind: fc.constantFrom('sync', 'sync', 'edit'), values: anyValues }),
  { maxLength: 8 },
)

test('undone one after the other, each value is again from where it was at that time, also after redoing', () => {
  fc.assert(
    fc.property(anySteps, fc.boolean(), (steps, isCreated) => {
      const rows: Written[] = isCreated ? [row('first', { outcome: 'created', after: { a: '1' } })] : []
      let fields: FieldValues = isCreated ? { a: '1' } : { b: '2' }
      const origins = () => originsOf(written(fields), rows, [])
      const write = (outcome: Written['outcome'], values: FieldValues, undoes: string | null): Written => {
        const before = Object.fromEntries(Object.keys(values).map((key) => [key, fields[key] ?? null]))
        const made = row(`${rows.length}`, { outcome, before, after: values, undoes })
        rows.push(made)
        fields = { ...fields, ...values }
        return made
      }
      // Only what comes after the last edit can be undone as a whole.
      let undoable: { made: Written; before: ReturnType<typeof origins> }[] = []
      for (const { kind, values } of steps) {
        const before = origins()
        if (kind === 'sync') undoable.push({ made: write('updated', values, null), before })
        else {
          fields = { ...fields, ...values }
          undoable = []
        }
      }
      for (const { made, before } of undoable.toReversed()) {
        const after = origins()
        const undone = write('reversed', made.before, made.syncId)
        expect(origins()).toEqual(before)
        const redone = write('reversed', undone.before, undone.syncId)
        expect(origins()).toEqual(after)
        write('reversed', redone.before, redone.syncId)
        expect(origins()).toEqual(before)
      }
    }),
  )
})

test('what a sync left out, only matched or kept is nobody’s', () => {
  for (const outcome of ['skipped', 'linked', 'kept'] as const)
    expect(originsOf({ a: '1' }, [row('x', { outcome, after: { a: '1' } })], [])).toEqual({})
})

test('a list is the same value by its members', () => {
  const rows = [row('x', { after: { a: ['1', '2'] } })]
  expect(originsOf({ a: ['1', '2'] }, rows, [])).toEqual({ a: { by: 'sync', syncId: 'x' } })
  expect(originsOf({ a: ['2', '1'] }, rows, [])).toEqual({ a: { by: 'register' } })
})

test('of several linked records one that agrees is enough to claim nothing', () => {
  expect(originsOf({ a: '1' }, [], [{ a: '2' }, { a: '1' }])).toEqual({})
  expect(originsOf({ a: '1' }, [], [{ a: '2' }, {}])).toEqual({ a: { by: 'register' } })
})
