/** The answers of three vendors, told apart by their shape, for tests that change what the rehearsal HRIS says. */

/** The rows of an answer for people, in whichever vendor's words; `null` where it is another answer. */
// biome-ignore lint/suspicious/noExplicitAny: the wire of three vendors.
export function rowsOf(body: any): any[] | null {
  if (Array.isArray(body?.employees)) return body.employees
  const rows = body?.data
  return Array.isArray(rows) && (rows[0]?.fields !== undefined || rows[0]?.attributes !== undefined)
    ? rows
    : null
}

/** As if the credentials may not see a field: for BambooHR blank, for the others not there. */
export function without(body: unknown, field: string): unknown {
  const slashKey = `/${field.replaceAll('.', '/')}`
  const inner = field.replace(/^root\./u, '').split('.')
  const body_ = structuredClone(body)
  for (const row of rowsOf(body_) ?? []) {
    if (row.fields !== undefined && field in row.fields) {
      row.fields[field] = null
      row._restrictedFields = [...(row._restrictedFields ?? []), field]
    }
    if (row.attributes !== undefined) delete row.attributes[keyOf(row.attributes, field)]
    delete row[slashKey]
    for (const place of [row, row.humanReadable]) {
      const parent = inner.slice(0, -1).reduce((within, key) => within?.[key], place)
      if (parent !== undefined && row.fields === undefined && row.attributes === undefined)
        delete parent[inner.at(-1) ?? '']
    }
  }
  return body_
}

function keyOf(attributes: Record<string, { universal_id?: string }>, name: string): string {
  return Object.keys(attributes).find((key) => attributes[key]?.universal_id === name) ?? name
}

/** Every page says that a whole city is still to come. */
export function announcing(body: unknown, total: number): unknown {
  const answer = structuredClone(body) as {
    meta?: { totalItems: number; totalPages: number }
    metadata?: object
  }
  if (answer?.meta !== undefined) Object.assign(answer.meta, { totalItems: total, totalPages: total / 100 })
  if (answer?.metadata !== undefined) Object.assign(answer.metadata, { total_elements: total })
  return answer
}

/** And is the first one. */
export function firstPage(url: URL, body: string): string {
  if (url.searchParams.has('offset')) url.searchParams.set('offset', '0')
  return body
}
