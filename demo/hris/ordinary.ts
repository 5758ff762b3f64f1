import { addDays } from './calendar.ts'
import { mailbox, nameAt } from './names.ts'
import type { Person } from './person.ts'
import { dice } from './random.ts'
import { DEPARTMENTS, EMAIL_DOMAIN, OFFICES, T_SHIRT_SIZES } from './workplace.ts'

/**
 * Consecutive numbers beyond 2^53: read as a JavaScript number, some five hundred neighbours become one
 * person, so a reader that forgets to keep ids as text fails at once and visibly.
 */
const FIRST_ID = 3332883884017713152n

export function idAt(index: number): string {
  return String(FIRST_ID + BigInt(index))
}

/** The inverse of `idAt`; -1 for anything that is not one of our ids. */
export function indexOfId(id: string): number {
  return /^\d{19}$/.test(id) && BigInt(id) >= FIRST_ID ? Number(BigInt(id) - FIRST_ID) : -1
}

/** `firstIndex` is the first ordinary person, who has no manager; `today` is the company's day 0. */
export function ordinaryPerson(seed: number, index: number, firstIndex: number, today: string): Person {
  const draw = dice(seed, index)
  const position = index - firstIndex
  const { first, last, repeat } = nameAt(position, Math.abs(seed % 1000))
  const office = draw.pick(OFFICES)
  const department = draw.chance(20) ? DEPARTMENTS[0] : draw.pick(DEPARTMENTS)
  const title = department.ladder[Math.min(draw.below(5), draw.below(department.ladder.length))]
  const startDate = addDays(today, draw.chance(2) ? 1 + draw.below(60) : -30 - draw.below(2400))
  const extension = String(draw.below(1000)).padStart(3, '0')
  const rank = draw.below(100)
  const started = startDate <= today
  const box = mailbox(first, last) + (repeat === 0 ? '' : String(repeat + 1))
  return {
    id: idAt(index),
    employeeNumber: String(1000 + index),
    firstName: first,
    lastName: last,
    displayName: `${first} ${last}`,
    legalFirstName: first,
    legalLastName: last,
    workEmail: `${box}@${EMAIL_DOMAIN}`,
    personalEmail: draw.chance(80) ? `${box}@mail.example` : null,
    workPhone: draw.chance(70) ? `${office.phonePrefix}${extension}` : null,
    workMobile: draw.chance(30) ? `+44 7700 900${extension}` : null,
    personalPhone: draw.chance(85) ? `+44 7700 901${extension}` : null,
    title: title ?? department.ladder[0],
    department: department.name,
    office: office.name,
    homeCountry: draw.chance(92) ? office.country : 'Spain',
    legalEntity: office.legalEntity,
    employmentType: rank < 86 ? 'Permanent' : rank < 91 ? 'Fixed term' : rank < 97 ? 'Contractor' : 'Intern',
    startDate,
    originalStartDate: draw.chance(3) ? addDays(startDate, -365 - draw.below(900)) : startDate,
    terminationDate: started ? lastDay(startDate, today, draw.below(100), draw.below(700)) : null,
    onLeave: draw.chance(3),
    lifecycleText: null,
    managerId: position === 0 ? null : idAt(firstIndex + Math.floor((position - 1) / 8)),
    tShirtSize: draw.chance(88) ? draw.pick(T_SHIRT_SIZES) : null,
    costCentre: draw.chance(95) ? `${department.code}-${String(office.siteId).slice(-2)}` : null,
    badgeNumber: draw.chance(90) ? 20_000 + index : null,
    worksFromHome: draw.chance(90) ? draw.chance(35) : null,
    probationEnds: startDate > addDays(today, -180) ? addDays(startDate, 180) : null,
  }
}

/** Eight in a hundred have left, one in a hundred has given notice. */
function lastDay(startDate: string, today: string, luck: number, daysAgo: number): string | null {
  if (luck < 8) {
    const left = addDays(today, -1 - daysAgo)
    return left > startDate ? left : addDays(today, -1)
  }
  return luck === 8 ? addDays(today, 14 + (daysAgo % 60)) : null
}
