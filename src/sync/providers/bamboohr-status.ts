import type { Status } from '../../model.ts'

const LEAVE = /\bleave\b|\bfurlough|\bsabbatical\b|\bparental\b|\bmaternity\b|\bpaternity\b/i
const ENDED = /^(terminated|resigned|retired|deceased)\b/i

/**
 * The company's own list of employment statuses holds kinds of contract, leave and the end of employment alike.
 * Whether a word of it says how somebody is employed, and not whether. To be checked on a live account: the words.
 */
export function isContract(employment: string): boolean {
  return !LEAVE.test(employment) && !ENDED.test(employment)
}

/** BambooHR's own Active/Inactive decides. The employment status tells leave, and must not contradict it. */
export function statusOf(
  active: string | null,
  employment: string | null,
  startDate: string | null,
  today: string,
): Status {
  const word = employment?.trim() ?? ''
  const startsLater = startDate !== null && startDate > today
  switch (active?.trim().toLowerCase() ?? '') {
    case 'inactive':
      if (ENDED.test(word)) return 'left'
      if (LEAVE.test(word)) return 'unknown'
      return startsLater ? 'onboarding' : 'left'
    case 'active':
      if (LEAVE.test(word)) return 'leave'
      if (ENDED.test(word)) return 'unknown'
      return startsLater ? 'onboarding' : 'active'
    case '':
      // A kind of contract alone makes nobody active.
      if (ENDED.test(word)) return 'left'
      return LEAVE.test(word) ? 'leave' : 'unknown'
    default:
      return 'unknown'
  }
}
