import type { KnownBlock } from '@slack/types'
import { maskedName } from '../../model.ts'
import { plainContext, plainSection, truncate } from '../blocks.ts'
import type { Chosen } from './chosen.view.ts'
import { lookWords, type PlanRow } from './plan.view.ts'
import { count } from './words.view.ts'

/** Whom a Sync Selected is about: the last look before it is written. */
export function nameBlocks({
  chosen,
  names,
}: {
  chosen: readonly Chosen[] | null
  names: readonly string[]
}): KnownBlock[] {
  if (chosen === null || names.length === 0) return []
  const shown = names.map((name) => truncate(name, 80)).join(' · ')
  return [plainSection(`${shown}${moreWords(chosen.length - names.length)}`)]
}

/** A changed email, name or end date is shown by name: the eye that catches a wrong one is a person's. */
export function lookBlocks(
  { look, lookTotal }: { look: readonly PlanRow[]; lookTotal: number },
  masked: boolean,
): KnownBlock[] {
  if (look.length === 0) return []
  const names = look.map((row) =>
    masked ? `${maskedName(row.name)} (${lookKinds(row)})` : `${row.name} (${lookWords(row)})`,
  )
  return [plainContext(`Look twice: ${names.join(' · ')}${moreWords(lookTotal - look.length)}`)]
}

const moreWords = (rest: number): string => (rest > 0 ? ` · and ${count(rest)} more` : '')

/** Without values, for a channel: "end date" and not which. */
const lookKinds = (row: PlanRow): string => lookWords(row).replaceAll(/end date [^,]*/g, 'end date')
