import { idAt, indexOfId } from './ordinary.ts'

const FIRST = 500_001

/** BambooHR and Personio number records in a few digits, where HiBob needs nineteen. */
export function shortIdOf(id: string): number {
  return FIRST + indexOfId(id)
}

/** The inverse: an id of the model company, which may be nobody's. */
export function idOfShort(text: string): string {
  return /^\d{6,9}$/.test(text) ? idAt(Number(text) - FIRST) : ''
}
