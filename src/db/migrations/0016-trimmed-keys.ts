import { type Kysely, sql } from 'kysely'

/** As JavaScript trims what HR states: a tab or a no-break space comes with what is pasted out of a table. */
const SPACES = String.raw`E' \t\n\v\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF'`

/** Of the register only: what is in the cache was trimmed when it was read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await rewriteKeys(db, (value) => `btrim(${value}, ${SPACES})`)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await rewriteKeys(db, (value) => `btrim(${value})`)
}

async function rewriteKeys(db: Kysely<unknown>, trimmed: (value: string) => string): Promise<void> {
  const field = (name: string) => trimmed(`fields ->> '${name}'`)
  const keys = {
    work_email_key: `lower(${field('workEmail')})`,
    employee_number_key: field('employeeNumber'),
    personal_email_key: `lower(${field('personalEmail')})`,
  }
  const columns = Object.entries(keys)
  await sql
    .raw(`alter table stakeholder ${columns.map(([key]) => `drop column ${key}`).join(', ')}`)
    .execute(db)
  const added = columns.map(
    ([key, value]) => `add column ${key} text generated always as (nullif(${value}, '')) stored`,
  )
  await sql.raw(`alter table stakeholder ${added.join(', ')}`).execute(db)
}
