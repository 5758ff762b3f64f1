/** A sentence stays one: "Ana, Ben, Cem, Dora, Eli and 275 more". */
const MOST_NAMED = 5

export function fewOf(people: readonly { name: string }[], beyond: number): string {
  const all = people.length + beyond
  // "and 1 more" would take as much room as the name.
  const named = people.slice(0, all === MOST_NAMED + 1 ? all : MOST_NAMED).map(({ name }) => name)
  const rest = all - named.length
  return `${named.join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`
}

export const number = (n: number): string => n.toLocaleString('en-GB')
