/**
 * What a provider finds at the end of a page. `next` is whatever leads to the next one (a page number, an offset, a
 * cursor, a link; `null` at the end), `announced` how many rows the vendor says there are in all.
 */
export type PageSeen = { rows: number; next: string | null; announced: number | null }

/** Far more than any company has; a vendor that never ends would otherwise be read for ever. */
const MOST_PAGES = 20_000

/**
 * Watches the pages of one read. The function it returns is called once for each page and says what is wrong, as the
 * end of a sentence about the vendor, or `null`. More rows being announced than before is no fault: somebody joined
 * meanwhile. Fewer is one: everybody behind them moved up, and somebody may have slipped past.
 */
export function watchPages(mostPages = MOST_PAGES): (page: PageSeen) => string | null {
  const followed = new Set<string>()
  let announcedBefore = 0
  let rowsSoFar = 0
  return ({ rows, next, announced }) => {
    rowsSoFar += rows
    if (announced !== null && announced < announcedBefore) return 'removed people while we were reading'
    announcedBefore = announced ?? announcedBefore
    if (announced !== null && rowsSoFar > announced) return 'sent more people than it had announced'
    if (next === null) return null
    if (rows === 0) return 'sent an empty page in the middle'
    if (followed.has(next)) return 'sent us back to a page that we had read'
    if (followed.size >= mostPages - 1) return 'never came to a last page'
    followed.add(next)
    return null
  }
}
