import { IDENTIFIERS, STANDARD_FIELDS, STATUS_LABELS, STATUSES } from '../model.ts'
import type { CustomFinding, FieldFinding, Findings } from '../sync/tenant-findings.ts'
import { counted, fitted, printable, wrap } from './plain-text.ts'

/** With more custom fields than this only those are shown of which something can be said. */
const MOST_CUSTOM_ROWS = 60
const NAME_WIDTH = 36
const COUNT_WIDTH = 10

/** For a person at a terminal, 80 columns wide. */
export function reportOf(findings: Findings, cost: { requests: number; seconds: number }): string {
  const { fields, custom } = findings
  const sections = [
    verdict(findings),
    people(findings),
    fields.length === 0 ? [] : ['Standard fields', ...fields.map(standardRow)],
    missing(fields),
    customSection(custom),
    [`${counted(cost.requests, 'request')} in ${counted(cost.seconds, 'second')}. Nothing was stored.`],
  ]
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'))
  return `${text.join('\n\n')}\n`
}

function verdict({
  label,
  verdict: word,
  problem,
  needs,
  remarks,
  people: { read, expected },
}: Findings): string[] {
  const everybody = `Everybody came: ${counted(read, 'person', 'people')}${expected === null ? '' : `, as many as ${label} says there are`}.`
  switch (word) {
    case 'usable':
      return [`${label} can be used`, ...[everybody, ...remarks].flatMap((line) => wrap(line, '  '))]
    case 'unusable':
      return [
        `${label} can be read, but not used`,
        ...[everybody, ...needs, ...remarks].flatMap((line) => wrap(line, '  ')),
      ]
    case 'failed':
      return [
        `${label} could not be read. In Rollcall an admin would be told:`,
        ...wrap(problem?.message ?? '', '  '),
        ...wrap(problem?.remedy ?? '', '  '),
      ]
    default:
      return word satisfies never
  }
}

function people({ people: found, verdict: word }: Findings): string[] {
  if (found.read === 0) return []
  const { byStatus, unknownWords, unreadable, repeated, sharing } = found
  const unreadableCount = sum(unreadable)
  const title =
    word === 'failed' ? `People who came before that: ${found.read.toLocaleString('en')}` : 'People'
  return [
    title,
    ...STATUSES.filter((status) => status !== 'unknown').map((status) =>
      row(STATUS_LABELS[status], byStatus[status]),
    ),
    row('Unknown status', byStatus.unknown),
    ...unknownWords.map((each) => row(`  ${each.word === '' ? '(no word)' : each.word}`, each.people)),
    row('Could not be read', unreadableCount),
    ...unreadable.flatMap((each) =>
      wrap(`${each.people.toLocaleString('en')}: ${printable(each.problem)}`, '    '),
    ),
    row('Came more than once', repeated),
    ...IDENTIFIERS.map((key) => row(`Share their ${STANDARD_FIELDS[key].label.toLowerCase()}`, sharing[key])),
  ]
}

const STATE_WORDS: Record<FieldFinding['state'], string> = {
  filled: '',
  blank: 'blank for everybody',
  withheld: 'not delivered, see below',
  absent: 'no such field here',
}

function standardRow({ label, people: count, state }: FieldFinding): string {
  return row(label, state === 'filled' || state === 'blank' ? count : null, STATE_WORDS[state])
}

function missing(fields: readonly FieldFinding[]): string[] {
  const withheld = fields.filter(({ grant }) => grant !== null)
  if (withheld.length === 0) return []
  return [
    'Not delivered',
    ...withheld.flatMap(({ label, grant }) => [`  ${label}`, ...wrap(grant ?? '', '    ')]),
  ]
}

function customSection({ listedBy, problem, fields }: Findings['custom']): string[] {
  if (problem !== null) return ['Custom fields were not asked for', ...wrap(printable(problem), '  ')]
  if (fields.length === 0) return []
  const came = fields.filter(({ state }) => state !== 'withheld').toSorted((a, b) => b.people - a.people)
  const others = fields.filter(({ state }) => state === 'withheld')
  const rest = came.length - MOST_CUSTOM_ROWS
  return [
    `Custom fields: ${listedBy === 'provider' ? `${fields.length} listed, ${came.length} came` : `${fields.length} came`}`,
    ...came.slice(0, MOST_CUSTOM_ROWS).map(customRow),
    ...(rest > 0 ? [`  and ${counted(rest, 'more')}, which --json lists`] : []),
    ...(others.length === 0
      ? []
      : [
          '',
          'Came for nobody, probably for a missing permission',
          ...withheldRows(others.slice(0, MOST_CUSTOM_ROWS)),
        ]),
    ...(others.length > MOST_CUSTOM_ROWS
      ? [`  and ${counted(others.length - MOST_CUSTOM_ROWS, 'more')}, which --json lists`]
      : []),
  ]
}

function customRow({ label, people: count, category, state }: CustomFinding): string {
  const note = [category ?? '', state === 'blank' ? 'blank for everybody' : ''].filter(Boolean).join(', ')
  return row(label, count, note)
}

/** What one place grants stands together, with that place below. */
function withheldRows(fields: readonly CustomFinding[]): string[] {
  return [...Map.groupBy(fields, ({ grant }) => grant)].flatMap(([grant, some]) => [
    ...some.map(nameRow),
    ...wrap(printable(grant ?? ''), '    '),
  ])
}

function nameRow({ label, category }: CustomFinding): string {
  return `  ${fitted(label, NAME_WIDTH)} ${' '.repeat(COUNT_WIDTH)}  ${printable(category ?? '')}`.trimEnd()
}

function row(name: string, count: number | null, note = ''): string {
  const figure = count === null ? '-' : count.toLocaleString('en')
  return `  ${fitted(name, NAME_WIDTH)} ${figure.padStart(COUNT_WIDTH)}  ${fitted(note, 29)}`.trimEnd()
}

function sum(counts: readonly { people: number }[]): number {
  return counts.reduce((total, { people: count }) => total + count, 0)
}
