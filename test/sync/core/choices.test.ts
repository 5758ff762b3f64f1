import { expect, test } from 'vitest'
import { choicesFor, type Dispute, verdictsOf } from '../../../src/sync/core/choices.ts'

const waiting = (recordId: string) => ({ recordId, linkedTo: null, waits: true })
const linked = (recordId: string) => ({ recordId, linkedTo: 'S', waits: false })
const dispute = (some: Partial<Dispute> = {}): Dispute => ({
  reason: 'shared_identifier',
  records: [waiting('1'), waiting('2')],
  stakeholderIds: [],
  claimed: [],
  recordsBeyond: 0,
  ...some,
})
const kinds = (of: Dispute) => choicesFor(of).map(({ kind }) => kind)

test('two records with one identifier: either of them, neither, or both for themselves', () => {
  const two = dispute()
  expect(choicesFor(two)).toEqual([
    { kind: 'is', recordId: '1', stakeholderId: null },
    { kind: 'is', recordId: '2', stakeholderId: null },
    { kind: 'nobody' },
    { kind: 'separate' },
  ])
  const verdicts = choicesFor(two).map((choice) =>
    verdictsOf(choice, two).map(({ recordId, verdict }) => [recordId, verdict]),
  )
  expect(verdicts).toEqual([
    [['1', 'create'], ['2', 'ignore']],
    [['1', 'ignore'], ['2', 'create']],
    [['1', 'ignore'], ['2', 'ignore']],
    [['1', 'create'], ['2', 'create']],
  ]) // biome-ignore format: one answer a line
})

test('whoever of them is chosen becomes the stakeholder who is there already', () => {
  const there = dispute({ stakeholderIds: ['S'] })
  const [first] = choicesFor(there)
  expect(first).toEqual({ kind: 'is', recordId: '1', stakeholderId: 'S' })
  expect(verdictsOf(first!, there)).toEqual([
    { recordId: '1', verdict: 'link', stakeholderId: 'S' },
    { recordId: '2', verdict: 'ignore', stakeholderId: null },
  ])
})

test('a record that is linked already is never decided about by an answer to another', () => {
  const one = dispute({ records: [waiting('1'), linked('2')] })
  expect(choicesFor(one)).toEqual([
    { kind: 'new_contract', stakeholderId: 'S' },
    { kind: 'create' },
    { kind: 'ignore' },
  ])
  for (const choice of choicesFor(one))
    expect(verdictsOf(choice, one).map(({ recordId }) => recordId)).toEqual(['1'])
  for (const kind of ['nobody', 'separate'] as const)
    expect(verdictsOf({ kind }, one).map(({ recordId }) => recordId)).toEqual(['1'])
})

test('a record that waits for no answer, or for another one, is not decided about by this one', () => {
  const gone = { recordId: '2', linkedTo: null, waits: false }
  const alone = dispute({ records: [waiting('1'), gone] })
  expect(kinds(alone)).toEqual(['create', 'ignore'])
  expect(kinds({ ...alone, stakeholderIds: ['S'] })).toEqual(['link', 'create', 'ignore'])
  const three = dispute({ records: [waiting('1'), gone, waiting('3')] })
  expect(kinds(three)).toEqual(['is', 'is', 'nobody', 'separate'])
  for (const choice of choicesFor(three))
    expect(verdictsOf(choice, three).map(({ recordId }) => recordId)).toEqual(['1', '3'])
})

test('however many share an identifier, a window can show the answers', () => {
  for (const n of [2, 8, 9, 500]) {
    const many = dispute({ records: Array.from({ length: n }, (_, i) => waiting(`${i}`)) })
    expect(choicesFor(many).length).toBeLessThanOrEqual(10)
    expect(choicesFor(many)[0]).toMatchObject({ kind: 'is', recordId: '0' })
    expect(verdictsOf({ kind: 'nobody' }, many)).toHaveLength(n)
  }
  const stakeholderIds = Array.from({ length: 40 }, (_, i) => `S${i}`)
  for (const reason of [
    'shared_identifier',
    'shared_stakeholder_identifier',
    'maybe_known',
    'two_connections',
  ] as const)
    expect(choicesFor(dispute({ reason, stakeholderIds })).length).toBeLessThanOrEqual(10)
  const crowd = dispute({ reason: 'shared_stakeholder_identifier', stakeholderIds })
  // Whoever is not offered can still be named.
  const named = ['find', 'find_new_contract']
  expect(kinds(crowd)).toEqual([...Array(6).fill('link'), ...named, 'create', 'ignore'])
  const two = dispute({ stakeholderIds })
  expect(kinds(two)).toEqual([...Array(6).fill('is'), ...named, 'nobody', 'separate'])
  expect(kinds({ ...two, recordsBeyond: 80 })).toEqual([
    ...Array(6).fill('link'),
    ...named,
    'create',
    'ignore',
  ])
  expect(kinds({ ...crowd, stakeholderIds: stakeholderIds.slice(0, 8) })).not.toContain('find')
})

test.each([
  ['shared_stakeholder_identifier', ['link', 'link', 'create', 'ignore']],
  ['maybe_known', ['link', 'link', 'create', 'ignore']],
  ['claimed', ['new_contract', 'new_contract', 'create', 'ignore']],
  ['link_disagrees', ['link', 'link', 'ignore']],
  ['two_connections', ['link', 'link', 'ignore']],
  ['no_identifier', ['find', 'find_new_contract', 'create', 'ignore']],
  ['unreadable', []],
  ['both_changed', []],
] as const)('%s offers what makes sense for it', (reason, offered) => {
  expect(kinds(dispute({ reason, records: [waiting('1')], stakeholderIds: ['S', 'T'] }))).toEqual(offered)
})

test('an answer about one record is about that record, with whom was chosen', () => {
  const one = dispute({ reason: 'no_identifier', records: [waiting('1')] })
  expect(verdictsOf({ kind: 'find' }, one, 'F')).toEqual([
    { recordId: '1', verdict: 'link', stakeholderId: 'F' },
  ])
  expect(verdictsOf({ kind: 'new_contract', stakeholderId: 'S' }, one)).toEqual([
    { recordId: '1', verdict: 'new_contract', stakeholderId: 'S' },
  ])
  expect(verdictsOf({ kind: 'ignore' }, one)).toEqual([
    { recordId: '1', verdict: 'ignore', stakeholderId: null },
  ])
})

test('who belongs to another record is offered as a new contract, whatever the conflict', () => {
  for (const reason of ['shared_stakeholder_identifier', 'link_disagrees', 'two_connections'] as const) {
    const some = dispute({ reason, records: [waiting('1')], stakeholderIds: ['S', 'T'], claimed: ['T'] })
    expect(kinds(some).slice(0, 2)).toEqual(['link', 'new_contract'])
  }
  const shared = dispute({ stakeholderIds: ['T'], claimed: ['T'] })
  expect(verdictsOf(choicesFor(shared)[0]!, shared)[0]).toMatchObject({ verdict: 'new_contract' })
})

test('a record that is linked already goes on, becomes somebody else or somebody new, or is left out', () => {
  const records = [linked('1')]
  for (const reason of ['claimed', 'two_connections'] as const) {
    expect(kinds(dispute({ reason, records, stakeholderIds: ['S'], claimed: ['S'] }))).toEqual([
      'new_contract',
      'find',
      'create',
      'ignore',
    ])
    const stakeholderIds = Array.from({ length: 40 }, (_, i) => `S${i}`)
    const many = dispute({ reason: 'two_connections', records, stakeholderIds })
    expect(choicesFor(many).length).toBeLessThanOrEqual(10)
  }
  const torn = dispute({ reason: 'link_disagrees', records, stakeholderIds: ['S', 'T'] })
  expect(kinds(torn)).toEqual(['link', 'link', 'create', 'ignore'])
})
