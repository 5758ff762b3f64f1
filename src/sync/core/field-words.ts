/**
 * What to say of a field that was asked for and that nobody in a complete retrieval came with.
 * @param where the provider's own sentence on where to grant it
 */
export function notDeliveredWords(label: string, where: string): string {
  return `“${label}” came for nobody, probably for a missing permission. ${where} Then press Retrieve Now.`
}
