import type { Status } from '../../model.ts'

/** Words that companies use for a kind of contract, in the list that also says who is on leave and who has left. */
const CONTRACT =
  /\b(full|part|half)[ -]?time\b|\b(permanent|regular|temporary|temp|fixed|seasonal|casual|contract|contractor|consultant|freelance|freelancer|intern|internship|trainee|apprentice|student|salaried|hourly|exempt|non-exempt|probation|probationary|employee|variable|zero[ -]hours?|per diem)\b/i
const LEAVE = /\bleave\b|\bfurlough|\bsabbatical\b|\bparental\b|\bmaternity\b|\bpaternity\b/i
const ENDED = /^terminated\b|^deceased\b|^retired\b/i

/** Whether the word says how somebody is employed, and not whether. */
export function isContract(employment: string): boolean {
  return !LEAVE.test(employment) && !ENDED.test(employment)
}

/**
 * BambooHR's own Active/Inactive decides; the company's word beside it must not contradict it, and tells leave. A
 * word that nobody has heard of may mean anything, so it is `unknown`: a kind of contract or a blank is `active`.
 */
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
      if (word !== '' && (ENDED.test(word) || !CONTRACT.test(word))) return 'unknown'
      return startsLater ? 'onboarding' : 'active'
    case '':
      if (ENDED.test(word)) return 'left'
      return LEAVE.test(word) ? 'leave' : 'unknown'
    default:
      return 'unknown'
  }
}
