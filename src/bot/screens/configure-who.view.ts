import type { ModalView, SectionBlock } from '@slack/types'
import { modal, plainSection, section } from '../blocks.ts'
import { bold, count, plural } from './words.view.ts'

/** Names that are shown of each side. */
export const MAX_NAMES = 50

export type Who = {
  comesIn: readonly string[]
  inTotal: number
  goesOut: readonly string[]
  outTotal: number
}

/** Who would come into the conditions, and who would go out of them. Nothing is saved by looking. */
export const whoView = ({ comesIn, goesOut, inTotal, outTotal }: Who): ModalView =>
  modal({
    title: 'Who changes',
    close: 'Back',
    blocks: [
      section(`${bold(inTotal)} ${plural(inTotal, 'person comes', 'people come')} in`),
      ...names(comesIn, inTotal),
      section(
        `${bold(outTotal)} ${plural(outTotal, 'person goes', 'people go')} out. Stakeholders who are there already stay as they are.`,
      ),
      ...names(goesOut, outTotal),
    ],
  })

function names(some: readonly string[], total: number): SectionBlock[] {
  if (some.length === 0) return []
  const rest = total - some.length
  const shown = some.map((name) => (name.length > 50 ? `${[...name].slice(0, 49).join('')}…` : name))
  return [plainSection(`${shown.join('\n')}${rest > 0 ? `\nand ${count(rest)} more` : ''}`)]
}
