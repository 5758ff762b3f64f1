/** Every word of some blocks, in one line: what a person could read. */
export const allText = (blocks: unknown): string =>
  JSON.stringify(blocks ?? '', (key, value) =>
    ['block_id', 'action_id', 'value', 'type'].includes(key) ? undefined : value,
  )
    .replace(/"(text|elements|fields|accessory)":|[[\]{}"]/gu, ' ')
    .replace(/\s+/gu, ' ')
