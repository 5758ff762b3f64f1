import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { Db } from '../../db/client.ts'
import { listRegisterKeys } from '../../db/register-columns.ts'
import { listStakeholders } from '../../db/stakeholders.ts'
import { csvColumns, csvLine, stakeholderLine } from './csv.ts'
import { listQuery, parseInput } from './input.ts'

const JSON_TYPE = 'application/json'
const CSV_TYPE = 'text/csv'
const CSV_PAGE = 500

/** JSON page by page, or the whole register as CSV when `Accept` asks for it. */
export async function answerStakeholders(c: Context, db: Db, companyId: string): Promise<Response> {
  const { limit, next, search } = parseInput(listQuery, c.req.query())
  const searching = search === undefined ? {} : { search }
  c.header('Vary', 'Accept')
  const format = accepts(c, { header: 'Accept', supports: [JSON_TYPE, CSV_TYPE], default: JSON_TYPE })
  if (format === JSON_TYPE) {
    const from = next === undefined ? {} : { after: next }
    return c.json(await listStakeholders(db, companyId, { ...searching, ...from, limit }))
  }
  const columns = csvColumns(await listRegisterKeys(db, companyId))
  // Not Hono's `stream`: when a page cannot be read, that one ends the file as if it were whole.
  return c.body(ReadableStream.from(csvLines(db, companyId, columns, searching)), 200, {
    'Content-Type': `${CSV_TYPE}; charset=utf-8; header=present`,
    'Content-Disposition': 'attachment; filename="stakeholders.csv"',
  })
}

async function* csvLines(
  db: Db,
  companyId: string,
  columns: readonly string[],
  searching: { search?: string },
): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder()
  yield encoder.encode(csvLine(['stakeholderId', 'name', ...columns]))
  let next: string | null = null
  do {
    const from: { after?: string } = next === null ? {} : { after: next }
    const page = await listStakeholders(db, companyId, { ...searching, ...from, limit: CSV_PAGE })
    yield encoder.encode(page.items.map((stakeholder) => stakeholderLine(stakeholder, columns)).join(''))
    next = page.next
  } while (next !== null)
}
