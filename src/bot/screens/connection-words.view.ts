import { escapeText } from '../blocks.ts'
import type { ConnectionState, ReadAgain } from './connection-state.view.ts'
import { bold, plural, slackDate, whoWords } from './words.view.ts'

/** "Reading from HiBob: 120 people so far" */
export function readingWords(label: string, running: NonNullable<ConnectionState['running']>): string {
  const { peopleRead, peopleExpected } = running
  const of = peopleExpected === null ? '' : ` of about ${bold(peopleExpected)}`
  return `Reading from ${escapeText(label)}: ${bold(peopleRead)}${of} ${plural(peopleRead, 'person', 'people')} so far`
}

/** "HiBob told us of changes today at 10:12: 3 people read again, 1 new, 2 changed" */
export function readAgainWords(label: string, { at, added, changed, people }: ReadAgain): string {
  const read = `${bold(people)} ${plural(people, 'person', 'people')} read again`
  const what = [
    ...(added === 0 ? [] : [`${bold(added)} new`]),
    ...(changed === 0 ? [] : [`${bold(changed)} changed`]),
  ]
  return `${escapeText(label)} told us of changes ${slackDate(at)}: ${[read, ...(what.length === 0 ? ['nothing changed'] : what)].join(', ')}`
}

/** Nothing to press meanwhile: what is left is planned when it is written. */
export function syncingWords({ at, by }: NonNullable<ConnectionState['syncing']>): string {
  const who = by === null ? 'somebody' : whoWords(by)
  return `*Syncing…* Confirmed by ${who}${at === null ? '' : ` ${slackDate(at)}`}. How many meet your conditions, and what is left to do, is counted when it is written.`
}

export function healthWords({
  label,
  lastGood,
  nextAt,
  readAgain,
  running,
  status,
}: ConnectionState): string {
  const parts = [`*${escapeText(label)}*`]
  if (running) parts.push(readingWords(label, running))
  if (lastGood) parts.push(`retrieved ${slackDate(lastGood.at)}`)
  else if (!running) parts.push('nothing retrieved yet')
  if (!running && status === 'active') parts.push(`next ${slackDate(nextAt)}`)
  const again = readAgain === null ? '' : `\n${readAgainWords(label, readAgain)}`
  return `${parts.join(' · ')}${again}`
}

/** How many people there are and how many of them meet the conditions, or why nobody can tell. */
export function peopleWords(connection: ConnectionState): string {
  const { label, lastGood, meetConditions, people, planProblem, running, syncing } = connection
  if (lastGood === null)
    return `How many people meet your conditions is counted after the first retrieval.${running ? '' : ' Press Retrieve Now.'}`
  const inHr = `${bold(people)} ${plural(people, 'person', 'people')} in ${escapeText(label)}`
  if (planProblem !== null)
    return `${inHr} · how many meet your conditions cannot be counted, as these can no longer be used: open Configure`
  if (people === 0 || syncing !== null) return inHr
  if (meetConditions === null) return `${inHr} · all of them, as Sync if has no conditions`
  if (meetConditions === 0) return `${inHr}, and nobody meets your conditions`
  return `${inHr} · ${bold(meetConditions)} ${plural(meetConditions, 'meets', 'meet')} your conditions`
}
