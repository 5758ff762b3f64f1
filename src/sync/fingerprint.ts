import { hash } from 'node:crypto'
import type { Employee } from '../model.ts'

/**
 * Grows by one whenever `core/normalise.ts` or what is stored of an employee changes its mind: everybody then counts
 * as changed once and is written anew.
 */
const VERSION = '1'
/** Stands in no value: the client takes it out of every answer, as PostgreSQL cannot store it. */
const END = '\0'

/**
 * Of an employee as the provider handed it over, before anything is trimmed: who comes as last time need not be
 * normalised, packed and written again. 64 hexadecimal digits. Put together by hand because JSON takes twice as long,
 * and for most people of a read this is all that is done. A blank counts as none, as it will once normalised.
 */
export function fingerprintOf(person: Employee): string {
  const text =
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
  return hash('sha256', text)
}

/** Of a record that cannot be read: what is wrong with it. */
export function fingerprintOfProblem(problem: string): string {
  return hash('sha256', `problem${END}${problem}`)
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
