import { hash } from 'node:crypto'
import type { Employee } from '../model.ts'
import type { DeliveredRow } from './deliver.ts'

/**
 * Grows by one whenever `core/normalise.ts` or what is stored of an employee changes its mind: everybody then counts
 * as changed once and is written anew.
 */
const VERSION = '1'
/** Stands in no value: the client takes it out of every answer, as PostgreSQL cannot store it. */
const END = '\0'

export type Fingerprinted = { row: DeliveredRow; hash: string }

/**
 * Of rows as the provider handed them over, before anything is trimmed: who comes as last time need not be normalised,
 * packed and written again. 64 hexadecimal digits each, which do not depend on who else is asked about: only, the text
 * of many is put together in one go, which takes a third less time.
 */
export function fingerprintAll(rows: readonly DeliveredRow[]): Fingerprinted[] {
  let text = ''
  const places = rows.map((row) => {
    const start = text.length
    text += row.ok ? textOf(row.employee) : `problem${END}${row.problem}`
    return { row, start, end: text.length }
  })
  return places.map(({ row, start, end }) => ({ row, hash: hash('sha256', text.slice(start, end)) }))
}

/** Put together by hand because JSON takes twice as long. A blank counts as none, as it will once normalised. */
function textOf(person: Employee): string {
  return (
    VERSION +
    END +
    (person.firstName ?? '') +
    END +
    (person.lastName ?? '') +
    END +
    (person.preferredName ?? '') +
    END +
    (person.workEmail ?? '') +
    END +
    (person.personalEmail ?? '') +
    END +
    (person.employeeNumber ?? '') +
    END +
    (person.phone ?? '') +
    END +
    (person.jobTitle ?? '') +
    END +
    (person.department ?? '') +
    END +
    (person.officeLocation ?? '') +
    END +
    (person.country ?? '') +
    END +
    (person.legalEntity ?? '') +
    END +
    (person.employmentType ?? '') +
    END +
    person.status +
    END +
    (person.statusText ?? '') +
    END +
    (person.startDate ?? '') +
    END +
    (person.endDate ?? '') +
    END +
    (person.managerRecordId ?? '') +
    END +
    person.unread.join() +
    customText(person.custom)
  )
}

/** Each value behind the sign of its type, so that "1" and 1 differ; a list says how long it is. */
function customText(custom: Employee['custom']): string {
  let text = ''
  for (const id in custom) {
    const value = custom[id] ?? null
    text += END + id + END
    if (typeof value === 'string') text += `s${value}`
    else if (typeof value === 'number') text += `n${value}`
    else if (typeof value === 'boolean') text += value ? 'y' : 'f'
    else if (value !== null) text += `l${value.length}${END}${value.join(END)}`
  }
  return text
}
