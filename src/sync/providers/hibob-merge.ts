import { type BobRow, recordIdOf } from './hibob-values.ts'

/**
 * The same people in several parts, each with other fields, as one row each. Somebody who is missing from a part did
 * not come as a whole, and is left out for the caller to notice. A row without an id cannot be put together.
 */
export function mergeRows(parts: readonly (readonly unknown[])[]): readonly unknown[] {
  const [first = [], ...others] = parts
  if (others.length === 0) return first
  const byId = others.map((rows) => new Map(rows.map((row) => [recordIdOf(row), row])))
  return first.flatMap((row) => {
    const id = recordIdOf(row)
    if (id === null) return [row]
    const rest = byId.flatMap((rows) => rows.get(id) ?? [])
    return rest.length < others.length ? [] : [rest.reduce(merged, row)]
  })
}

/** Nested objects such as `work` come in every part, and each has only what that part asked for. */
function merged(one: unknown, other: unknown): unknown {
  if (!isObject(one) || !isObject(other)) return other
  const both: Record<string, unknown> = { ...one }
  for (const [key, value] of Object.entries(other)) {
    both[key] = key in one ? merged(one[key], value) : value
  }
  return both
}

function isObject(value: unknown): value is BobRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
