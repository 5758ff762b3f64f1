import { addDays, yearOf } from './calendar.ts'
import type { PersonPatch } from './person.ts'

export type DifficultValues = PersonPatch & { firstName: string; lastName: string }

export type DifficultPerson = {
  /** One sentence: what goes wrong in a product that did not think of them. */
  why: string
  /** What differs from an unremarkable colleague on day 0, whose date is given. */
  values: (day0: string) => DifficultValues
  /** What HR changes later, by the day on which it is done. */
  later?: Readonly<Record<number, (day0: string) => PersonPatch>>
}

/** The first 25 people of every model company, in this order. */
export const DIFFICULT_PEOPLE = {
  sharedWorkEmailA: {
    why: 'Two people share one work email, so it identifies neither of them.',
    values: () => ({ firstName: 'Ana', lastName: 'Núñez', workEmail: 'info@acme.example' }),
  },
  sharedWorkEmailB: {
    why: 'The other owner of the shared work email.',
    values: () => ({ firstName: 'Ben', lastName: 'Ode', workEmail: 'info@acme.example' }),
  },
  blankWorkEmail: {
    why: 'Works in the warehouse and has no work email: a blank must match nobody.',
    values: () => ({ firstName: 'Gus', lastName: 'Petrakis', workEmail: null, title: 'Warehouse Operative' }),
  },
  blankEmployeeNumber: {
    why: 'The employee number is an empty text, not null, because somebody deleted it by hand.',
    values: () => ({ firstName: 'Rosa', lastName: 'Lindgren', employeeNumber: '' }),
  },
  rehireOldRecord: {
    why: 'Left three years ago; this closed record has the same emails as the one made at the rehire.',
    values: (day0) => ({
      firstName: 'Dario',
      lastName: 'Conti',
      startDate: addDays(day0, -2100),
      originalStartDate: addDays(day0, -2100),
      terminationDate: addDays(day0, -1100),
    }),
  },
  rehireNewRecord: {
    why: 'The same human as the record before, with a new id and number but the same emails.',
    values: (day0) => ({
      firstName: 'Dario',
      lastName: 'Conti',
      startDate: addDays(day0, -90),
      originalStartDate: addDays(day0, -2100),
    }),
  },
  contractorTurnedEmployee: {
    why: 'On day 3 the contractor becomes an employee: type, start date and employee number all change at once.',
    values: () => ({
      firstName: 'Wale',
      lastName: 'Bright',
      employmentType: 'Contractor',
      employeeNumber: 'C-077',
      workEmail: 'wale.bright.ext@acme.example',
    }),
    later: {
      3: (day0) => ({
        employmentType: 'Permanent',
        employeeNumber: '977',
        startDate: addDays(day0, 3),
        workEmail: 'wale.bright@acme.example',
      }),
    },
  },
  marriedName: {
    why: 'On day 2 the last name and the work email change together, so only the record id still matches.',
    values: () => ({ firstName: 'Priya', lastName: 'Raman' }),
    later: {
      2: () => ({
        lastName: 'Raman-Lee',
        legalLastName: 'Raman-Lee',
        displayName: 'Priya Raman-Lee',
        workEmail: 'priya.raman-lee@acme.example',
      }),
    },
  },
  preferredName: {
    why: 'Goes by Bobbie, is Roberta on paper: the register of shareholders may need the legal name.',
    values: () => ({
      firstName: 'Bobbie',
      lastName: 'Tran',
      legalFirstName: 'Roberta Thuy',
      legalLastName: 'Tran',
      displayName: 'Bobbie Tran (she/her)',
    }),
  },
  accents: {
    why: 'The accents are decomposed (NFD), so the name equals its composed form for the eye but not for ===.',
    values: () => ({ firstName: 'Zoë'.normalize('NFD'), lastName: 'Škvorecký-Žižková'.normalize('NFD') }),
  },
  rightToLeftName: {
    why: 'A right-to-left name reorders the punctuation and arrows of the line it stands in.',
    values: () => ({ firstName: 'مريم', lastName: 'الخطيب', workEmail: 'maryam.alkhatib@acme.example' }),
  },
  futureJoiner: {
    why: 'Signed, with a work email, but starts in nine days: neither active nor gone.',
    values: (day0) => ({
      firstName: 'Ines',
      lastName: 'Falk',
      startDate: addDays(day0, 9),
      originalStartDate: addDays(day0, 9),
    }),
  },
  backDatedLeaver: {
    why: 'On day 3 HR enters that they left 20 days ago, before several syncs that called them active.',
    values: () => ({ firstName: 'Tom', lastName: 'Okafor-Reid' }),
    later: { 3: (day0) => ({ terminationDate: addDays(day0, -20) }) },
  },
  rescindedLeaver: {
    why: 'Leaves on day 3, and on day 5 the resignation is withdrawn: the end date becomes blank again.',
    values: (day0) => ({ firstName: 'Hedda', lastName: 'Moen', terminationDate: addDays(day0, 3) }),
    later: { 5: () => ({ terminationDate: null }) },
  },
  unheardOfStatus: {
    why: 'HR invented the lifecycle status "secondment pilot": it is unknown, and not active.',
    values: () => ({ firstName: 'Pim', lastName: 'Vos', lifecycleText: 'secondment pilot' }),
  },
  yearEdgeDate: {
    why: 'Started on 1 January and left on 31 December: one time zone too many and both years are wrong.',
    values: (day0) => ({
      firstName: 'Noor',
      lastName: 'Visser',
      startDate: `${yearOf(day0) - 4}-01-01`,
      originalStartDate: `${yearOf(day0) - 4}-01-01`,
      terminationDate: `${yearOf(day0) - 1}-12-31`,
      workEmail: 'partners@acme.example',
    }),
  },
  zonePlus13: {
    why: 'Sits in Auckland at UTC+13, where it is tomorrow for most of our day; starts today.',
    values: (day0) => ({ firstName: 'Aroha', lastName: 'Tamihana', office: 'Auckland', ...startsOn(day0) }),
  },
  zoneMinus10: {
    why: 'Sits in Honolulu at UTC-10, where it is still yesterday for most of our day; starts today.',
    values: (day0) => ({ firstName: 'Keoni', lastName: 'Kahale', office: 'Honolulu', ...startsOn(day0) }),
  },
  twoEntities: {
    why: 'Employed by the Ltd while seated in Berlin, moves to the GmbH on day 4 with a second start date.',
    values: () => ({ firstName: 'Carla', lastName: 'Weiss', office: 'Berlin', legalEntity: 'Acme Ltd' }),
    later: { 4: (day0) => ({ legalEntity: 'Acme GmbH', startDate: addDays(day0, 4) }) },
  },
  title300Characters: {
    why: 'A job title of exactly 300 characters: it breaks columns, modals and the 75 characters of an option.',
    values: () => ({ firstName: 'Maximilian', lastName: 'Thorne', title: longTitle() }),
  },
  emojiName: {
    why: 'Emoji in the name, one of them several code points long: cutting by length splits it.',
    values: () => ({
      firstName: 'Sunny 🌞',
      lastName: 'Flores 👩🏽‍🚀',
      workEmail: 'sunny.flores@acme.example',
    }),
  },
  markupInName: {
    why: 'Slack markup and HTML in the name, a spreadsheet formula in the title: raw, they notify, style, run, compute.',
    values: () => ({
      firstName: '<!channel> *bold*',
      lastName: '<script>alert(1)</script> & Sons',
      title: '=HYPERLINK("http://acme.example","Director")',
      workEmail: 'mark.upton@acme.example',
    }),
  },
  reusedWorkEmail: {
    why: 'Was given the work email of someone who left (yearEdgeDate), whose stakeholder must not become theirs.',
    values: () => ({ firstName: 'Olu', lastName: 'Grant', workEmail: 'partners@acme.example' }),
  },
  leadingZeros: {
    why: 'The employee number is 00042: kept as a number it becomes 42 and matches nobody.',
    values: () => ({ firstName: 'Signe', lastName: 'Aalto', employeeNumber: '00042' }),
  },
  untidyWorkEmail: {
    why: 'Capitals and blanks around the work email: the same mailbox, yet not the same text.',
    values: () => ({ firstName: 'Leo', lastName: 'Marchetti', workEmail: '  Leo.Marchetti@ACME.example ' }),
  },
} as const satisfies Record<string, DifficultPerson>

function startsOn(date: string) {
  return { startDate: date, originalStartDate: date }
}

function longTitle(): string {
  return 'Senior Principal Programme Manager for Interdepartmental Alignment, '
    .repeat(5)
    .slice(0, 299)
    .concat('X')
}
