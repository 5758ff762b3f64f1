import type { ParsedBlock } from './blocks.ts'
import type { Element } from './elements.ts'

export type Path = readonly (string | number)[]
export type Placed = { element: Element; path: Path }

/** The interactive elements of a block, each with its place inside the block. */
export function elementsOf(block: ParsedBlock): Placed[] {
  switch (block.type) {
    case 'input':
      return [{ element: block.element, path: ['element'] }]
    case 'actions':
      return block.elements.map((element, index) => ({ element, path: ['elements', index] }))
    case 'section':
      return block.accessory && block.accessory.type !== 'image'
        ? [{ element: block.accessory, path: ['accessory'] }]
        : []
    default:
      return []
  }
}

/** Characters of text that a person would read, as counted against the limit on a whole message. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : textLength(item)),
    0,
  )
}
