import { createHash } from 'node:crypto'
import type { Draft, DraftRow, Picked } from './configure-draft.view.ts'

/** Slack takes 75 characters of an option's value for certain. What is longer goes by a digest. */
const MAX_LENGTH = 75

export const tokenOf = (text: string): string =>
  text.length <= MAX_LENGTH ? text : `#${createHash('sha256').update(text).digest('hex').slice(0, 24)}`

export const isToken = (value: string): boolean => /^#[0-9a-f]{24}$/.test(value)

/** The texts behind the tokens, where they are among `known`. */
export function withoutTokens(draft: Draft, known: readonly string[]): Draft {
  const texts = new Map(known.map((text) => [tokenOf(text), text]))
  const original = (picked: Picked): Picked => ({
    ...picked,
    value: texts.get(picked.value) ?? picked.value,
  })
  const row = (it: DraftRow): DraftRow => ({
    ...it,
    field: it.field && original(it.field),
    values: it.values.map(original),
  })
  const items = draft.items?.map((it) => ('items' in it ? { ...it, items: it.items.map(row) } : row(it)))
  return { ...draft, items: items ?? null }
}
