import type { Block, ParsedBlock } from './blocks.ts'

/** Slack makes up the block_ids and action_ids that an app leaves out. */
export function withIds(blocks: readonly ParsedBlock[], makeId: () => string): Block[] {
  return blocks.map((block) => withActionIds({ ...block, block_id: block.block_id ?? makeId() }, makeId))
}

function withActionIds(block: Block, makeId: () => string): Block {
  const named = <T extends { action_id?: string | undefined }>(element: T): T => ({
    ...element,
    action_id: element.action_id ?? makeId(),
  })
  switch (block.type) {
    case 'input':
      return { ...block, element: named(block.element) }
    case 'actions':
      return { ...block, elements: block.elements.map(named) }
    case 'section':
      return block.accessory && block.accessory.type !== 'image'
        ? { ...block, accessory: named(block.accessory) }
        : block
    default:
      return block
  }
}
