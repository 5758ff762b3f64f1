/** What to say of a field that was asked for and that nobody in a complete retrieval came with. */
export function notDeliveredWords(
  { label, category }: { label: string; category: string | null },
  provider: string,
): string {
  return `“${label}” came for nobody, probably for a missing permission: ${toSee(category, provider)}. Then press Retrieve Now.`
}

/** Where a custom field is granted, as a sentence. */
export function whereToSee(category: string | null, provider: string): string {
  const words = toSee(category, provider)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function toSee(category: string | null, provider: string): string {
  const what = category === null ? 'it' : `the category “${category}”, which it is in`
  return `in ${provider}, let the credentials of Rollcall see ${what}`
}
