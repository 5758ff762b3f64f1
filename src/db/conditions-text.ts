import { type RawBuilder, sql } from 'kysely'

/**
 * `foldText` of `sync/core/conditions-text.ts` as SQL: the same letters, whatever the database's own locale.
 * Needs UTF8 and the collation `und-x-icu`, which every PostgreSQL with ICU brings along.
 */
export type Sql<T> = RawBuilder<T>

/** Every character that JavaScript's `trim` takes off. */
export const SPACES =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
const ASCII_SPACES = '\t\n\v\f\r '

// Letters whose capitals came after Unicode 10 (Georgian in 2018, since then rare scripts and African Latin):
// an older ICU, like the one in the embedded server, does not know them.
const LATE_CAPITALS = capitalsWithin(
  '1c89 1c90-1cbf 2c2f a7b8-a7dc a7f5 10570-10595 10d50-10d65 16e40-16e5f 16ea0-16eb8',
)
const LATE_CLASS = `[${LATE_CAPITALS.join('')}]`
const LATE_FROM = LATE_CAPITALS.join('')
const LATE_TO = LATE_CAPITALS.map((letter) => letter.toLowerCase()).join('')

/** The text without case, variants and surrounding space. */
export function folded(text: Sql<string | null>): Sql<string | null> {
  return sql`case when ${isAscii(text)} then btrim(${foldedAscii(text)}, ${ASCII_SPACES})
    else btrim(${foldedUnicode(text)}, ${SPACES}) end`
}

/** As `folded`, with its surrounding space: enough, and cheaper, for finding a part in it. */
export function foldedUntrimmed(text: Sql<string | null>): Sql<string | null> {
  return sql`case when ${isAscii(text)} then ${foldedAscii(text)} else ${foldedUnicode(text)} end`
}

// Normalising every row triples the time of a condition; most values are plain ASCII and do not need it.
const isAscii = (text: Sql<string | null>) => sql`octet_length(${text}) = length(${text})`
const foldedAscii = (text: Sql<string | null>) => sql`lower(${text} collate "C") collate "C"`

function foldedUnicode(text: Sql<string | null>) {
  const known = sql`case when (${text} collate "C") ~ ${LATE_CLASS}
    then translate(${text}, ${LATE_FROM}, ${LATE_TO}) else ${text} end`
  const lower = sql`lower(normalize(${known}, NFKC) collate "und-x-icu") collate "C"`
  const plain = sql`replace(replace(translate(${lower}, 'ςı', 'σi'), 'ß', 'ss'), ${'i\u0307'}, 'i')`
  return sql`normalize(${plain}, NFKC)`
}

function capitalsWithin(ranges: string): readonly string[] {
  return ranges.split(' ').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map((hex) => Number.parseInt(hex, 16))
    const letters = Array.from({ length: last - first + 1 }, (_, step) => String.fromCodePoint(first + step))
    return letters.filter((letter) => letter.toLowerCase() !== letter)
  })
}
