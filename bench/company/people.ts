/** The model company, as its HR system would send it. The same index and day always give the same person. */
export type WirePerson = ReturnType<typeof wirePerson>

export const PAGE_SIZE = 500

/** One page as it goes over the wire: about 900 bytes a person, 800 once normalised. */
export function pageBody(people: number, day: number, cursor: number): string {
  const end = Math.min(people, cursor + PAGE_SIZE)
  const rows: WirePerson[] = []
  for (let index = cursor; index < end; index++) rows.push(wirePerson(index, day))
  return JSON.stringify({ people: rows, next: end < people ? String(end) : null, total: people })
}

export function buildPages(people: number, day: number): Buffer[] {
  const cursors = Array.from({ length: Math.ceil(people / PAGE_SIZE) }, (_, page) => page * PAGE_SIZE)
  return cursors.map((cursor) => Buffer.from(pageBody(people, day, cursor)))
}

function wirePerson(index: number, day: number) {
  const first = pick(FIRST_NAMES, index)
  const last = pick(LAST_NAMES, Math.floor(index / 7))
  const moved = lastMove(index, day)
  return {
    id: recordId(index),
    firstName: first,
    lastName: `${last} ${index}`,
    displayName: `${first} ${last}`,
    email: workEmail(index),
    personalEmail: `${first.toLowerCase()}.${index}@mail.example`,
    employeeNumber: `E-${String(index).padStart(7, '0')}`,
    phone: `+44 20 7946 ${String(index % 10_000).padStart(4, '0')}`,
    title: moved === 0 ? pick(TITLES, index) : `${pick(TITLES, index)}, grade ${moved}`,
    department: pick(DEPARTMENTS, index),
    site: pick(SITES, index),
    country: pick(COUNTRIES, index),
    entity: pick(ENTITIES, index),
    employmentType: index % 9 === 0 ? 'Contractor' : 'Permanent employee, full time',
    status: 'employed',
    startDate: `20${10 + (index % 16)}-${twoDigits(1 + (index % 12))}-${twoDigits(1 + (index % 28))}`,
    endDate: null,
    managerId: index < 10 ? null : recordId(Math.floor(index / 10)),
    // Nobody asked for these, as ever.
    avatarUrl: `https://cdn.example/avatars/${recordId(index)}.png`,
    isManager: index % 10 === 0,
    orgLevel: 1 + (index % 7),
    birthMonth: null,
    custom: customValues(index),
  }
}

function customValues(index: number) {
  return {
    field_1694771122001: `CC-${1000 + (index % 300)} ${pick(DEPARTMENTS, index)}`,
    field_1694771122002: `Band ${index % 12}`,
    field_1694771122003: index % 2 === 0,
    field_1694771122004: 20 + (index % 21),
    field_1694771122005: `20${12 + (index % 14)}-0${1 + (index % 9)}-15`,
    field_1694771122006: null,
    field_1694771122007: ['English', pick(LANGUAGES, index)],
    field_1694771122008: `Reviewed by ${pick(LAST_NAMES, index)}`,
  }
}

/** Every day another hundredth of the people gets a new title, and keeps it for a hundred days. */
function lastMove(index: number, day: number): number {
  return Math.max(0, day - ((day - (index % 100) + 100) % 100))
}

/** As messy as real ones: of a thousand people two have none, and two pairs share one. */
function workEmail(index: number): string | null {
  if (index % 500 === 250) return null
  return `person.${index % 500 === 499 ? index - 1 : index}@rollcall.example`
}

/** 19 digits, and in no order, as the ids of real HR systems are. */
function recordId(index: number): string {
  return `333291188${String(Math.imul(index, 0x9e3779b1) >>> 0).padStart(10, '0')}`
}

const pick = (words: readonly string[], index: number): string => words[index % words.length] ?? ''
const twoDigits = (value: number) => String(value).padStart(2, '0')

const FIRST_NAMES = ['Priya', 'Tom', 'Zoë', 'Ana', 'Wei', 'Omar', 'Ingrid', 'Kofi', 'Lucía', 'Dana', 'Yuki']
const LAST_NAMES = ['Raman', 'Fischer', 'Núñez', 'Okafor', 'Chen', 'Haddad', 'Larsen', 'Novak', 'Brown']
const TITLES = ['Software engineer', 'Account executive', 'Data analyst', 'Head of people', 'Designer']
const DEPARTMENTS = ['Product and engineering', 'Sales', 'Finance', 'People', 'Legal', 'Customer success']
const SITES = ['London, Old Street', 'Berlin, Mitte', 'New York, Hudson Yards', 'Tel Aviv', 'Remote']
const COUNTRIES = ['United Kingdom', 'Germany', 'United States', 'Israel']
const ENTITIES = ['Acme Holdings Ltd', 'Acme Deutschland GmbH', 'Acme Inc']
const LANGUAGES = ['German', 'Hebrew', 'French', 'Mandarin']

/** The provider's list of its own fields. */
export const CUSTOM_FIELD_IDS = Object.keys(customValues(0))
