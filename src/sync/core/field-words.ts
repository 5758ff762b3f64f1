/** What to say of a field that was asked for and that nobody in a complete retrieval came with. */
export function notDeliveredWords(
  { label, category }: { label: string; category: string | null },
  provider: string,
): string {
  const what = category === null ? 'it' : `the category “${category}”, which it is in`
  return `“${label}” came for nobody, probably for a missing permission: in ${provider}, let the credentials of Rollcall see ${what}. Then press Retrieve Now.`
}
