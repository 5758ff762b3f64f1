/** The company itself: where people sit, what they do, who employs them. */

export const EMAIL_DOMAIN = 'acme.example'
export const LEGAL_ENTITIES = ['Acme Ltd', 'Acme GmbH'] as const
export const EMPLOYMENT_TYPES = ['Permanent', 'Fixed term', 'Contractor', 'Intern'] as const
export const T_SHIRT_SIZES = ['XS', 'S', 'M', 'L', 'XL', 'XXL'] as const
/** Nobody has the last one yet. */
export const SIZES_TO_CHOOSE = [...T_SHIRT_SIZES, '3XL'] as const

export type Office = {
  name: string
  siteId: number
  country: string
  legalEntity: (typeof LEGAL_ENTITIES)[number]
  phonePrefix: string
}

export const OFFICES: readonly [Office, ...Office[]] = [
  office('London', 2510068, 'United Kingdom', 'Acme Ltd', '+44 20 7946 0'),
  office('New York', 2510069, 'United States', 'Acme Ltd', '+1 212 555 0'),
  office('Berlin', 2510070, 'Germany', 'Acme GmbH', '+49 30 5550 0'),
  office('Lisbon', 2510071, 'Portugal', 'Acme GmbH', '+351 21 555 0'),
  office('Singapore', 2510072, 'Singapore', 'Acme Ltd', '+65 6555 0'),
]

/** One or two people each, at the ends of the calendar: UTC+13 and UTC-10. */
export const OUTPOSTS: readonly Office[] = [
  office('Auckland', 2510073, 'New Zealand', 'Acme Ltd', '+64 9 555 0'),
  office('Honolulu', 2510074, 'United States', 'Acme Ltd', '+1 808 555 0'),
]

export type Department = {
  name: string
  code: string
  parent: string | null
  ladder: readonly [string, ...string[]]
}

/** Engineering first: it is the largest. */
export const DEPARTMENTS: readonly [Department, ...Department[]] = [
  department('Engineering', '4100', null, [
    'Engineer',
    'Senior Engineer',
    'Staff Engineer',
    'Principal Engineer',
  ]),
  department('Product', '4200', null, ['Product Manager', 'Senior Product Manager', 'Head of Product']),
  department('Design', '4300', null, ['Designer', 'Senior Designer', 'Design Lead']),
  department('Data', '4400', null, ['Data Analyst', 'Senior Data Analyst', 'Data Lead']),
  department('Sales', '5100', null, ['Account Executive', 'Senior Account Executive', 'Sales Lead']),
  department('Marketing', '5200', null, ['Marketing Specialist', 'Marketing Manager', 'Head of Marketing']),
  department('Customer Success', '5300', null, ['Success Manager', 'Senior Success Manager', 'Success Lead']),
  department('Finance', '6100', 'Operations', ['Accountant', 'Senior Accountant', 'Finance Manager']),
  department('People', '6200', 'Operations', ['People Partner', 'Senior People Partner', 'Head of People']),
  department('Legal', '6300', 'Operations', ['Legal Counsel', 'Senior Legal Counsel', 'General Counsel']),
]

const BY_NAME = new Map([...OFFICES, ...OUTPOSTS].map((each) => [each.name, each]))

export function findOffice(name: string): Office | undefined {
  return BY_NAME.get(name)
}

/** The next rung, or `null` at the top and for titles outside every ladder. */
export function promotedTitle(title: string | null): string | null {
  const ladder = DEPARTMENTS.map((each) => each.ladder).find(
    (steps) => title !== null && steps.includes(title),
  )
  return ladder?.[ladder.indexOf(title ?? '') + 1] ?? null
}

function office(
  name: string,
  siteId: number,
  country: string,
  legalEntity: Office['legalEntity'],
  phonePrefix: string,
): Office {
  return { name, siteId, country, legalEntity, phonePrefix }
}

function department(
  name: string,
  code: string,
  parent: string | null,
  ladder: Department['ladder'],
): Department {
  return { name, code, parent, ladder }
}
