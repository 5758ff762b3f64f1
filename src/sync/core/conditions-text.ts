import type { FieldValue } from '../../model.ts'

/**
 * How texts are compared in conditions, here and, letter for letter, in SQL (`db/conditions-text.ts`):
 *
 * - without regard to case, in every script, and without regard to surrounding space;
 * - an accent counts ("Jose" is not "José"), but not how it is stored (composed or decomposed), and neither
 *   do typographic variants (NFKC: full-width letters, ligatures, Arabic presentation forms). Composed once more at
 *   the end: a capital that comes in parts only (Ϊ́) has a small letter in one piece (ΐ);
 * - the same for every language, so where languages disagree the letters are one: I, i, İ and ı; ß, ẞ and
 *   ss; the Greek σ and the ς that ends a word.
 *
 * A database knows the characters that Unicode had when it was built. Letters that got a capital since are
 * handled in SQL; the few compatibility characters that got their plain form since Unicode 14 (modifier
 * letters U+1E030 to U+1E06D and U+A7F1, outlined capitals U+1CCD6 to U+1CCF9) may compare as they are.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('ı', 'i')
    .replaceAll('ß', 'ss')
    .replaceAll('i\u0307', 'i')
    .normalize('NFKC')
    .trim()
}

/** The texts a value compares by, as the database reads them out of the cache; a single value is a list of one. */
export function elementsOf(value: FieldValue): readonly string[] {
  if (typeof value === 'object') return value
  return [typeof value === 'number' ? plainDecimal(String(value)) : String(value)]
}

/** "1e+21" and "5e-7" written out, as the database writes numbers. */
function plainDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (exponent === undefined) return text
  const point = whole.length + Number(exponent)
  const digits = (whole + fraction).padEnd(point, '0')
  return point > 0
    ? `${sign}${digits.slice(0, point)}${digits.length > point ? `.${digits.slice(point)}` : ''}`
    : `${sign}0.${'0'.repeat(-point)}${digits}`
}
