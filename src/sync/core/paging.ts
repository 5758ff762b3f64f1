/**
 * What a provider finds at the end of a page. `first` is the id of its first row, `next` whatever leads to the next
 * page (its number, an offset, a cursor, a link; `null` at the end), `announced` how many rows there are in all,
 * where the vendor says so.
 */
export type PageSeen = {
  rows: number
  first: string | null
  next: string | null
  announced: number | null
}

/** Far more than any company has; a vendor that never ends would otherwise be read for ever. */
const MOST_PAGES = 20_000
/** How much longer a list may become while it is read. */
const growthLimit = (rows: number) => Math.max(100, rows * 0.1)

/**
 * Watches the pages of one read. The function it returns is called once for each page and says what is wrong, as the
 * end of a sentence about the vendor, or `null`. A few more rows than announced before are no fault: somebody joined
 * meanwhile. Fewer are one: everybody behind them moved up, and somebody may have slipped past.
 */
export function watchPages(mostPages = MOST_PAGES): (page: PageSeen) => string | null {
  const followed = new Set<string>()
  const firsts = new Set<string>()
  let atFirst: number | null = null
  let before = 0
  let rowsSoFar = 0
  return ({ rows, first, next, announced }) => {
    rowsSoFar += rows
    if (announced !== null) {
      atFirst ??= announced
      if (announced < before) return 'announced fewer people than a page earlier'
      if (announced > atFirst + growthLimit(atFirst)) return 'announced more people with every page'
      if (rowsSoFar > announced) return 'sent more people than it had announced'
      before = announced
    }
    if (first !== null && firsts.has(first)) return 'sent the same page twice'
    if (first !== null) firsts.add(first)
    if (next === null) return null
    if (rows === 0) return 'sent an empty page in the middle'
    if (followed.has(next)) return 'sent us back to a page that we had read'
    if (followed.size >= mostPages - 1) return 'never came to a last page'
    followed.add(next)
    return null
  }
}
