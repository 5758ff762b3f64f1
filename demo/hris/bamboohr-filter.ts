import { BAMBOO_FIELDS } from './bamboohr-fields.ts'
import type { Person } from './person.ts'

export type ReadName = (person: Person, name: string) => string | null

const CLAUSE = /^(\w+)\s+(?:(eq|ne|lt|le|gt|ge)\s+'((?:[^']|'')*)'|in\s*\(\s*('[^)]*')\s*\))$/

/** Its options are a closed set, so only these can be asked for by several values. */
const OPTION_TYPES = ['list', 'status', 'country']

/**
 * An OData filter as far as BambooHR has it: `and` or `or`, never both. `undefined` when it is not one.
 * https://documentation.bamboohr.com/reference/get-data-from-dataset-v2
 */
export function parseFilter(text: string): ((person: Person, read: ReadName) => boolean) | undefined {
  const parts = text.trim().split(/\s+(and|or)\s+(?=\w+\s+(?:eq|ne|lt|le|gt|ge|in)\b)/)
  const words = new Set(parts.filter((_, place) => place % 2 === 1))
  const clauses = parts.filter((_, place) => place % 2 === 0).map(parseClause)
  if (words.size > 1 || clauses.includes(undefined)) return undefined
  const tests = clauses.filter((clause) => clause !== undefined)
  return words.has('or')
    ? (person, read) => tests.some((test) => test(person, read))
    : (person, read) => tests.every((test) => test(person, read))
}

function parseClause(text: string): ((person: Person, read: ReadName) => boolean) | undefined {
  const [, name = '', operator, literal, list] = CLAUSE.exec(text.trim()) ?? []
  const field = BAMBOO_FIELDS.find(({ dataset }) => dataset === name)
  if (!field) return undefined
  if (list !== undefined) {
    const values = [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => unquoted(value))
    if (values.length > 1 && !OPTION_TYPES.includes(field.type)) return undefined
    return (person, read) => values.includes(read(person, name) ?? '')
  }
  const wanted = comparable(unquoted(literal ?? ''), field.type)
  return (person, read) => {
    const value = read(person, name)
    const found = value === null ? null : comparable(value, field.type)
    if (operator === 'ne') return found !== wanted
    if (found === null) return false
    if (operator === 'eq') return found === wanted
    if (operator === 'lt') return found < wanted
    if (operator === 'le') return found <= wanted
    return operator === 'gt' ? found > wanted : found >= wanted
  }
}

function comparable(value: string, type: string): string | number {
  if (type === 'timestamp') return Date.parse(value)
  return type === 'integer' ? Number(value) : value
}

function unquoted(text: string): string {
  return text.replaceAll("''", "'")
}
