import { parseArgs } from 'node:util'

export type Options = { people: number; rounds: number; only: readonly string[] | null; json: boolean }

export const USAGE = `npm run bench -- [--people 100000] [--rounds 5] [--only plan,apply] [--json]`

/** @throws with one sentence for whoever typed it */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const only = values.only?.split(',') ?? null
  const unknown = only?.filter((name) => !names.includes(name)) ?? []
  if (unknown.length > 0)
    throw new Error(`No figure is called ${unknown.join(', ')}. There are ${names.join(', ')}.`)
  return {
    people: wholeNumber('--people', values.people, 1_000),
    rounds: wholeNumber('--rounds', values.rounds, 1),
    only,
    json: values.json,
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new Error(`${name} is a whole number of at least ${least}, not "${text}".`)
}
