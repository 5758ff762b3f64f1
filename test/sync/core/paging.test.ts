import { describe, expect, test } from 'vitest'
import { type PageSeen, watchPages } from '../../../src/sync/core/paging.ts'

/** What the watch says of these pages, one after another; each differs from the others unless told. */
function said(pages: readonly Partial<PageSeen>[], mostPages?: number): (string | null)[] {
  const watch = watchPages(mostPages)
  return pages.map((page, index) =>
    watch({ rows: 10, first: `id-${index}`, next: `page-${index + 2}`, announced: null, ...page }),
  )
}
const END: Partial<PageSeen> = { next: null }

describe('pages that lead somewhere', () => {
  test('are followed to the end, announced or not', () => {
    expect(said([{}, {}, END])).toEqual([null, null, null])
    expect(said([{ announced: 30 }, { announced: 30 }, { announced: 30, ...END }])).toEqual([
      null,
      null,
      null,
    ])
  })

  test('may be empty only at the end, and an empty company is one page', () => {
    expect(said([{ rows: 0, first: null, announced: 0, ...END }])).toEqual([null])
    expect(said([{}, { rows: 0, first: null, ...END }])).toEqual([null, null])
    expect(said([{}, { rows: 0, first: null }])).toEqual([null, 'sent an empty page in the middle'])
  })

  test('may become a few more while they are read, and never fewer', () => {
    expect(said([{ announced: 20 }, { announced: 21 }, { rows: 1, announced: 21, ...END }])).toEqual([
      null,
      null,
      null,
    ])
    expect(said([{ announced: 20 }, { announced: 19, ...END }])).toEqual([
      null,
      'announced fewer people than a page earlier',
    ])
  })
})

describe('pages that lead nowhere', () => {
  test('are noticed by a cursor that comes again', () => {
    expect(said([{ next: 'a' }, { next: 'b' }, { next: 'a' }])).toEqual([
      null,
      null,
      'sent us back to a page that we had read',
    ])
  })

  test('are noticed by people who come again under a new cursor', () => {
    expect(said([{ first: 'ana' }, { first: 'ben' }, { first: 'ana' }])).toEqual([
      null,
      null,
      'sent the same page twice',
    ])
  })

  test('are noticed by more people than announced, and by an announcement that runs away', () => {
    expect(said([{ announced: 15 }, { announced: 15 }])).toEqual([
      null,
      'sent more people than it had announced',
    ])
    expect(said([{ announced: 20 }, { announced: 120 }, { announced: 121 }])).toEqual([
      null,
      null,
      'announced more people with every page',
    ])
  })

  test('end at the limit, where nothing else gives them away', () => {
    expect(said([{}, {}, {}], 3)).toEqual([null, null, 'never came to a last page'])
    expect(said([{}, {}, END], 3)).toEqual([null, null, null])
  })
})
