import { expect, test } from 'vitest'
import type { Match } from '../../../src/sync/core/candidate.ts'
import { apartFromEdits } from '../../../src/sync/core/former-base.ts'
import type { MappedField } from '../../../src/sync/core/mapping.ts'

const match = (over: Partial<Match> = {}): Match => ({
  stakeholderId: 's1',
  version: 3,
  fields: { jobTitle: 'Founder', status: 'active', phone: '1' },
  claimedBy: null,
  formerBase: { jobTitle: 'Engineer', status: 'left', phone: '1' },
  ...over,
})
const field = (key: string, theirs: MappedField['theirs'], over: Partial<MappedField> = {}): MappedField => ({
  key,
  theirs,
  owner: 'hr',
  mayClear: false,
  ...over,
})
const keys = ({ others }: ReturnType<typeof apartFromEdits>) => others.map(({ key }) => key)

test('an edit stands where HR says what the former HR system had written, and that is the base from now on', () => {
  const same = apartFromEdits([field('jobTitle', 'Engineer'), field('phone', '1')], match())
  expect(keys(same)).toEqual(['phone'])
  expect(same.kept).toEqual({ jobTitle: 'Engineer' })
  const moved = apartFromEdits([field('jobTitle', 'CTO')], match())
  expect([keys(moved), moved.kept]).toEqual([['jobTitle'], {}])
})

test('without a former HR system, for a blank, and for whoever is always asked, nothing stands by itself', () => {
  const never = apartFromEdits([field('jobTitle', 'Engineer')], match({ formerBase: null }))
  expect([keys(never), never.kept]).toEqual([['jobTitle'], {}])
  const others = [
    field('jobTitle', 'Engineer', { owner: 'ask' }),
    field('phone', null),
    field('department', 'unread'),
  ]
  expect(keys(apartFromEdits(others, match({ formerBase: { jobTitle: 'Engineer' } })))).toHaveLength(3)
})

test("somebody's leaving is not passed over, though the former HR system had said so", () => {
  const leaving = [field('status', 'left'), field('endDate', '2026-10-31'), field('jobTitle', 'Engineer')]
  const former = { jobTitle: 'Engineer', status: 'left', endDate: '2026-10-31' }
  expect(keys(apartFromEdits(leaving, match({ formerBase: former })))).toEqual(['status', 'endDate'])
  const working = [field('status', 'active')]
  const edited = match({ fields: { status: 'leave' }, formerBase: { status: 'active' } })
  expect(keys(apartFromEdits(working, edited))).toEqual([])
})
