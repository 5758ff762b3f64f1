/** One row of a plan that was picked for Sync Selected. */
export type Chosen = { ordinal: number; creates: boolean }

/** What a window can remember within Slack's 3000 characters, and more than anybody ticks by hand. */
export const MAX_CHOSEN = 200

/** "c12" creates row 12, "u7" updates row 7. */
export const packOne = ({ ordinal, creates }: Chosen): string => `${creates ? 'c' : 'u'}${ordinal}`

export const packChosen = (chosen: readonly Chosen[]): string => chosen.map(packOne).join(',')

/** Whatever is not such a mark is ignored: it came back through a client. */
export function unpackChosen(packed: string): Chosen[] {
  return packed.split(',').flatMap((mark) => {
    const [, letter, digits] = /^([cu])(\d{1,9})$/.exec(mark) ?? []
    return digits === undefined ? [] : [{ ordinal: Number(digits), creates: letter === 'c' }]
  })
}

/** Ticks of one page replace what was remembered of that page; other pages stay as they were. */
export function mergeChosen(
  before: readonly Chosen[],
  page: readonly number[],
  ticked: readonly Chosen[],
): Chosen[] {
  const onPage = new Set(page)
  const marked = ticked.filter(({ ordinal }) => onPage.has(ordinal))
  return [...before.filter(({ ordinal }) => !onPage.has(ordinal)), ...marked].slice(0, MAX_CHOSEN)
}
