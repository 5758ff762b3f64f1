import { IDENTIFIERS, type Identifier, identifierLabel, MOST_TOLD, personName } from '../../model.ts'
import type { Candidate } from './candidate.ts'
import { fewOf } from './few.ts'

/** What somebody has in common with stakeholders who may be them: "Carla Weiss has the same employee number 1042". */
export function alikeWords({ alike, alikeBeyond, employee }: Candidate): string {
  const names = alike.map(({ fields }) => ({ name: personName(fields) }))
  const common = IDENTIFIERS.filter((it) => alike.some(({ agrees }) => agrees.includes(it)))
  const withValue = (it: Identifier) => `${identifierLabel(it)} ${employee?.[it]?.trim() ?? ''}`.trim()
  if (alike.length === 1) return `${fewOf(names, 0)} has the same ${common.map(withValue).join(' and ')}`
  const words = common.length === 1 ? common.map(withValue) : common.map(identifierLabel)
  const same = `stakeholders have the same ${words.join(' or ')}`
  return alikeBeyond
    ? `more than ${MOST_TOLD} ${same}, ${names[0]?.name} among them`
    : `${alike.length} ${same}: ${fewOf(names, 0)}`
}
