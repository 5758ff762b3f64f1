import { type Actor, type Identifier, STANDARD_FIELDS } from '../../model.ts'
import { slackDay, whoWords } from './words.view.ts'

type MatchedBy = { by: 'identifier'; identifier: Identifier } | { by: 'decision'; actor: Actor }

/** How somebody in HR stands to the register. */
export type Standing =
  /** `made: null`: nothing is stored of how it came about. */
  | { is: 'linked'; since: Date; made: MatchedBy | { by: 'creation' } | null }
  | { is: 'to_create' }
  | { is: 'to_match'; made: MatchedBy }
  | { is: 'unmatched' }

/** "matched by work email · linked since 3 Mar 2026" */
export function standingWords(standing: Standing): string {
  switch (standing.is) {
    case 'linked': {
      const since = `linked since ${slackDay(standing.since)}`
      const { made } = standing
      if (made === null) return since
      return made.by === 'creation' ? `created by a sync · ${since}` : `matched ${byWords(made)} · ${since}`
    }
    case 'to_create':
      return 'will be created'
    case 'to_match':
      return `will be matched ${byWords(standing.made)}`
    case 'unmatched':
      return 'not linked'
    default:
      return standing satisfies never
  }
}

const byWords = (made: MatchedBy): string =>
  made.by === 'identifier'
    ? `by ${STANDARD_FIELDS[made.identifier].label.toLowerCase()}`
    : `by a decision of ${whoWords(made.actor)}`
